"""Sealed columns: what the code reads and sets, what the disk holds, and another key."""

from __future__ import annotations

import base64
import uuid

import pytest
from django.core.exceptions import FieldError
from django.db import connection, models, transaction
from django.test.utils import isolate_apps

from hearth.config.cli import frame
from hearth.kernel.errors import RuleViolation
from hearth.platform import dump, files, health, rekeying, secrets
from hearth.platform.models import AuditEvent, KeyProof
from hearth.platform.sealed import BlindIndexField, EncryptedTextField, Sealed, SealedFile
from tests import at_rest

pytestmark = pytest.mark.django_db(transaction=True)

# Nothing else writes these: the log of PostgreSQL that is searched belongs to all tests.
NAME, PHONE, NOTE = "龘淑芬👵", "13904127365", "bedridden-in-plain-words"


@pytest.fixture
def key_file(settings, tmp_path):
    settings.HEARTH_DATA_KEY = ""
    settings.HEARTH_DATA_KEY_FILE = tmp_path / "home" / "data.key"
    settings.HEARTH_HOME = tmp_path / "home"
    settings.HEARTH_FILES = tmp_path / "home" / "files"
    settings.LANGUAGE_CODE = "en"
    return settings.HEARTH_DATA_KEY_FILE


@pytest.fixture
def model(monkeypatch):
    """A model with sealed columns and a sealed file, and its table."""
    with isolate_apps("hearth.platform"):

        class Secretive(SealedFile):
            uuid = models.UUIDField(unique=True, default=uuid.uuid4)
            name = EncryptedTextField(row="uuid", blank=True)
            phone = EncryptedTextField(row="uuid", blank=True)
            phone_index = BlindIndexField(of="phone")
            plain = models.CharField(max_length=40, default="seen-by-all-who-look")

            class Meta:
                app_label = "platform"

        with connection.schema_editor() as editor:
            editor.create_model(Secretive)
        monkeypatch.setattr(rekeying, "_models", lambda: [KeyProof, Secretive])
        yield Secretive
        with connection.schema_editor() as editor:
            editor.delete_model(Secretive)


@pytest.fixture
def kept(model):
    row = model(name=NAME, phone=PHONE, content_type="text/plain")
    row.put(NOTE.encode())
    row.save()
    return row


def test_the_code_reads_plain_text_and_loads_it_sealed(model, kept):
    found = model.objects.get(pk=kept.pk)

    assert (found.name, found.phone, found.content()) == (NAME, PHONE, NOTE.encode())
    assert isinstance(found.__dict__["name"], Sealed)
    assert NAME not in repr(found.__dict__)
    assert NAME not in str(list(model.objects.values()))


def test_only_what_changed_is_sealed_again(model, kept):
    before = model.objects.values_list("name", "phone").get()
    found = model.objects.get(pk=kept.pk)
    found.name = "Li"
    found.save()
    name, phone = model.objects.values_list("name", "phone").get()

    assert phone == before[1]
    assert name != before[0]
    assert model.objects.get().name == "Li"


def test_an_empty_text_stays_empty(model):
    row = model.objects.create(size=0)

    assert (row.name, row.phone_index) == ("", "")
    assert model.objects.filter(name="").exists()


def test_equal_values_are_found_by_their_hashes(model, kept):
    field = model._meta.get_field("phone_index")

    assert model.objects.get(phone_index__in=field.hashes_of(PHONE)) == kept
    assert not model.objects.filter(phone_index__in=field.hashes_of("13800000000")).exists()


@pytest.mark.parametrize(
    "call",
    [
        lambda rows: rows.filter(name=NAME).exists(),
        lambda rows: rows.filter(name__contains="x").exists(),
        lambda rows: rows.update(name=NAME),
    ],
)
def test_plain_text_in_a_query_is_a_mistake(model, kept, call):
    with pytest.raises((TypeError, FieldError), match=r"encrypted|Encrypted"):
        call(model.objects.all())


def test_a_value_copied_into_another_row_does_not_open(model, kept):
    other = model.objects.create(name="x", size=0)
    model.objects.filter(pk=other.pk).update(name=Sealed(kept.__dict__["name"]))

    with pytest.raises(secrets.CannotOpen):
        _read = model.objects.get(pk=other.pk).name


def test_the_disk_holds_no_plain_text(model, kept):
    """The database file, its write-ahead log and every stored file, or PostgreSQL's own files."""
    found = at_rest.search([NAME, PHONE, NOTE, "seen-by-all-who-look"])

    assert found == {"seen-by-all-who-look"}


def test_a_backup_holds_no_plain_text(model, kept, tmp_path):
    with (tmp_path / "rows").open("wb") as out:
        dump.write_table(model, out)
    text = (tmp_path / "rows").read_text()

    assert "seen-by-all-who-look" in text
    assert NAME not in text
    assert PHONE not in text


def test_a_dump_comes_back_as_it_was(model, kept, tmp_path):
    with (tmp_path / "rows").open("wb") as out:
        told = dump.write_table(model, out)
    model.objects.all().delete()
    with transaction.atomic(), (tmp_path / "rows").open("rb") as lines:
        dump.load_table(model, lines, told)

    assert model.objects.get().name == NAME


# --- the first start, and a lost key --------------------------------------------------------------


def test_the_first_start_makes_the_key_and_the_proof(key_file):
    assert health.check_data_key().finding == "none yet; the first start makes it"

    rekeying.prepare()
    made = key_file.read_text()
    rekeying.prepare()

    assert key_file.read_text() == made
    check = health.check_data_key()
    assert (check.state, "opens what is stored" in check.finding) == ("ok", True)


def test_a_lost_key_is_never_replaced(key_file):
    rekeying.prepare()
    key_file.unlink()

    with pytest.raises(RuleViolation) as refused:
        rekeying.prepare()

    assert refused.value.code == "key_lost"
    assert not key_file.exists()
    assert health.check_data_key().state == "wrong"


def test_another_key_is_noticed(key_file):
    rekeying.prepare()
    key_file.unlink()
    secrets.add_key("another")

    check = health.check_data_key()

    assert check.state == "wrong"
    assert "do not open" in check.finding


def test_a_key_that_others_can_read_is_noticed(key_file):
    rekeying.prepare()
    key_file.chmod(0o644)

    assert "chmod 600" in health.check_data_key().advice


# --- another key --------------------------------------------------------------------------------


def test_rotation_seals_everything_anew_and_the_old_key_may_go(model, key_file, capsys):
    rekeying.prepare()
    old_key = secrets.held_keys()[0]
    row = model(name=NAME, phone=PHONE, content_type="text/plain")
    row.put(NOTE.encode())
    row.save()
    old_file = row.sha256

    assert frame.run(["--operator", "ann", "secrets", "rotate", "--drop-old"]) == 0

    found = model.objects.get()
    assert [key.id for key in secrets.held_keys()] != [old_key.id]
    assert (found.name, found.phone, found.content()) == (NAME, PHONE, NOTE.encode())
    field = model._meta.get_field("phone_index")
    assert model.objects.filter(phone_index=field.hash_of(PHONE)).exists()
    assert rekeying.proof_opens()
    assert not files.path_of(old_file).exists()
    event = AuditEvent.objects.get(action="secrets.rotated")
    assert event.data["values"] == 4  # two texts, a file and the proof
    assert event.data["dropped_keys"] == 1
    assert "4 values are sealed" in capsys.readouterr().out


def test_rotation_goes_on_where_it_broke_off(model, key_file, monkeypatch):
    rekeying.prepare()
    rows = [model(name=f"{n}", size=0) for n in range(5)]
    for row in rows:
        row.put(b"x")
        row.save()
    monkeypatch.setattr(rekeying, "BATCH", 2)

    def breaks(done, total, stage):
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rekeying.exchange_key(breaks)
    rekeying.reseal(lambda done, total, stage: None)

    newest = secrets.held_keys()[0]
    assert all(secrets.is_sealed_by(secrets.decoded(v), newest)
               for v in model.objects.values_list("name", flat=True))  # fmt: skip
    assert sorted(row.name for row in model.objects.all()) == list("01234")
    assert len(list(files.all_hashes())) == 5


def test_what_is_saved_while_it_is_sealed_anew_is_kept(model, key_file):
    rekeying.prepare()
    row = model.objects.create(name="before", size=0)
    secrets.add_key("new")
    seen = model.objects.get()
    row.name = "after"
    row.save()

    table = next(t for t in rekeying._tables() if t.model is model)
    changed = rekeying._reseal_row(
        rekeying._Table(model, table.texts, table.indexes, has_file=False), seen
    )

    assert changed == 0
    assert model.objects.get().name == "after"


def test_keys_of_the_environment_are_exchanged_there(settings):
    settings.HEARTH_DATA_KEY = base64.b64encode(b"1" * 32).decode()

    with pytest.raises(RuleViolation) as refused:
        rekeying.exchange_key(lambda done, total, stage: None)

    assert refused.value.code == "keys_given"
