"""Signs, facilities, work orders, cleaning days and plans of upkeep."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import hearth.premises.models.signs


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('network', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='FacilityKind',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40, unique=True)),
                ('name', models.CharField(max_length=60)),
                ('name_en', models.CharField(max_length=80)),
                ('duty', models.CharField(choices=[('all', 'every outlet'), ('kinds', 'outlets of some kinds'), ('none', 'nobody must')], default='none', max_length=5)),
                ('unit_kinds', models.JSONField(default=list)),
                ('is_ramp', models.BooleanField(default=False)),
                ('is_public', models.BooleanField(default=True)),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('ended_on', models.DateField(null=True)),
                ('version', models.PositiveIntegerField(default=1)),
            ],
            options={
                'ordering': ('position', 'code'),
            },
        ),
        migrations.CreateModel(
            name='CleaningDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('held_on', models.DateField()),
                ('report_by', models.DateField()),
                ('theme', models.CharField(blank=True, max_length=120)),
                ('scheduled_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('called_off_at', models.DateTimeField(null=True)),
                ('called_off_reason', models.CharField(blank=True, max_length=400)),
                ('version', models.PositiveIntegerField(default=1)),
                ('scheduled_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='network.unit')),
            ],
        ),
        migrations.CreateModel(
            name='CleaningReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('unit_path', models.CharField(db_collation='C', max_length=64)),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('version', models.PositiveIntegerField(default=1)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('withdrawal_reason', models.CharField(blank=True, max_length=400)),
                ('was_held', models.BooleanField()),
                ('note', models.CharField(blank=True, max_length=1000)),
                ('verdict', models.CharField(blank=True, choices=[('held', 'Held'), ('deviation', 'Deviation')], max_length=10)),
                ('deviation', models.CharField(blank=True, max_length=1000)),
                ('correct_by', models.DateField(null=True)),
                ('verified_at', models.DateTimeField(null=True)),
                ('correction', models.CharField(blank=True, max_length=1000)),
                ('corrected_on', models.DateField(null=True)),
                ('day', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='premises.cleaningday')),
                ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='network.unit')),
                ('verified_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('withdrawn_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='CleaningPhoto',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(unique=True)),
                ('sha256', models.CharField(db_index=True, max_length=64)),
                ('size', models.PositiveIntegerField()),
                ('content_type', models.CharField(max_length=60)),
                ('width', models.PositiveIntegerField()),
                ('height', models.PositiveIntegerField()),
                ('metadata', models.JSONField(default=dict)),
                ('caption', models.CharField(blank=True, max_length=120)),
                ('uploaded_at', models.DateTimeField(auto_now_add=True)),
                ('uploaded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('record', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='photos', to='premises.cleaningreport')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='FacilityCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('unit_path', models.CharField(db_collation='C', max_length=64)),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('version', models.PositiveIntegerField(default=1)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('withdrawal_reason', models.CharField(blank=True, max_length=400)),
                ('required', models.BooleanField()),
                ('present', models.BooleanField()),
                ('checked_on', models.DateField()),
                ('rise_mm', models.PositiveIntegerField(null=True)),
                ('run_mm', models.PositiveIntegerField(null=True)),
                ('width_mm', models.PositiveIntegerField(null=True)),
                ('has_handrail', models.BooleanField(null=True)),
                ('note', models.CharField(blank=True, max_length=400)),
                ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='network.unit')),
                ('withdrawn_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('facility', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='premises.facilitykind')),
            ],
        ),
        migrations.CreateModel(
            name='Sign',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('unit_path', models.CharField(db_collation='C', max_length=64)),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('version', models.PositiveIntegerField(default=1)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('withdrawal_reason', models.CharField(blank=True, max_length=400)),
                ('sign_no', models.CharField(max_length=64)),
                ('kind', models.CharField(choices=[('lightbox', 'Light box'), ('lintel', 'Lintel'), ('nameplate', 'Name plate'), ('doorplate', 'Door plate'), ('other', 'Other sign')], max_length=10)),
                ('installed_on', models.DateField(null=True)),
                ('retired_on', models.DateField(null=True)),
                ('make', models.CharField(blank=True, max_length=80)),
                ('place', models.CharField(blank=True, max_length=80)),
                ('lit_from', models.TimeField(null=True)),
                ('lit_until', models.TimeField(null=True)),
                ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='network.unit')),
                ('withdrawn_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='AssetLabel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token', models.CharField(default=hearth.premises.models.signs.label_token, max_length=32, unique=True)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('ended_at', models.DateTimeField(null=True)),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='network.unit')),
                ('facility', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='premises.facilitykind')),
                ('sign', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='labels', to='premises.sign')),
            ],
        ),
        migrations.CreateModel(
            name='SignPhoto',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(unique=True)),
                ('sha256', models.CharField(db_index=True, max_length=64)),
                ('size', models.PositiveIntegerField()),
                ('content_type', models.CharField(max_length=60)),
                ('width', models.PositiveIntegerField()),
                ('height', models.PositiveIntegerField()),
                ('metadata', models.JSONField(default=dict)),
                ('caption', models.CharField(blank=True, max_length=120)),
                ('uploaded_at', models.DateTimeField(auto_now_add=True)),
                ('record', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='photos', to='premises.sign')),
                ('uploaded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='UpkeepPlan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sign_kind', models.CharField(blank=True, choices=[('lightbox', 'Light box'), ('lintel', 'Lintel'), ('nameplate', 'Name plate'), ('doorplate', 'Door plate'), ('other', 'Other sign')], max_length=10)),
                ('kind', models.CharField(choices=[('clean', 'Clean'), ('inspect', 'Inspect'), ('repair', 'Repair'), ('replace', 'Replace'), ('rewire', 'Rewire'), ('add_air_conditioner', 'Add an air conditioner'), ('other', 'Other work')], max_length=20)),
                ('months', models.PositiveSmallIntegerField()),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField(null=True)),
                ('contractor', models.CharField(blank=True, max_length=120)),
                ('note', models.CharField(blank=True, max_length=400)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('version', models.PositiveIntegerField(default=1)),
                ('facility', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='premises.facilitykind')),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='network.unit')),
            ],
        ),
        migrations.CreateModel(
            name='WorkOrder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('unit_path', models.CharField(db_collation='C', max_length=64)),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('version', models.PositiveIntegerField(default=1)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('withdrawal_reason', models.CharField(blank=True, max_length=400)),
                ('order_no', models.CharField(max_length=64)),
                ('kind', models.CharField(choices=[('clean', 'Clean'), ('inspect', 'Inspect'), ('repair', 'Repair'), ('replace', 'Replace'), ('rewire', 'Rewire'), ('add_air_conditioner', 'Add an air conditioner'), ('other', 'Other work')], max_length=20)),
                ('opened_on', models.DateField()),
                ('done_on', models.DateField(null=True)),
                ('cost_fen', models.BigIntegerField(null=True)),
                ('contractor', models.CharField(blank=True, max_length=120)),
                ('note', models.CharField(blank=True, max_length=1000)),
                ('due_on', models.DateField(null=True)),
                ('warranty_until', models.DateField(null=True)),
                ('problem', models.CharField(blank=True, choices=[('unlit', 'It does not light up'), ('dirty', 'It is dirty'), ('damaged', 'It is broken'), ('loose', 'It is loose and might fall'), ('missing', 'It is not there'), ('other', 'Something else')], max_length=12)),
                ('reported_at', models.DateTimeField(null=True)),
                ('accepted_at', models.DateTimeField(null=True)),
                ('refused_at', models.DateTimeField(null=True)),
                ('refusal_reason', models.CharField(blank=True, max_length=400)),
                ('underway_on', models.DateField(null=True)),
                ('verified_at', models.DateTimeField(null=True)),
                ('return_reason', models.CharField(blank=True, max_length=400)),
                ('accepted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('done_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('facility', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='premises.facilitykind')),
                ('new_sign', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='premises.sign')),
                ('plan', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='premises.upkeepplan')),
                ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('refused_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('sign', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='orders', to='premises.sign')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='network.unit')),
                ('verified_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('withdrawn_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='OrderPhoto',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(unique=True)),
                ('sha256', models.CharField(db_index=True, max_length=64)),
                ('size', models.PositiveIntegerField()),
                ('content_type', models.CharField(max_length=60)),
                ('width', models.PositiveIntegerField()),
                ('height', models.PositiveIntegerField()),
                ('metadata', models.JSONField(default=dict)),
                ('caption', models.CharField(blank=True, max_length=120)),
                ('uploaded_at', models.DateTimeField(auto_now_add=True)),
                ('uploaded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('record', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='photos', to='premises.workorder')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddIndex(
            model_name='cleaningday',
            index=models.Index(fields=['-held_on'], name='cleaning_day_on'),
        ),
        migrations.AddConstraint(
            model_name='cleaningday',
            constraint=models.UniqueConstraint(condition=models.Q(('called_off_at__isnull', True)), fields=('unit', 'held_on'), name='cleaning_day_once'),
        ),
        migrations.AddConstraint(
            model_name='cleaningday',
            constraint=models.CheckConstraint(condition=models.Q(('report_by__gte', models.F('held_on'))), name='cleaning_day_reported_after'),
        ),
        migrations.AddIndex(
            model_name='cleaningreport',
            index=models.Index(fields=['unit_path', 'day'], name='cleaning_report_path'),
        ),
        migrations.AddConstraint(
            model_name='cleaningreport',
            constraint=models.UniqueConstraint(condition=models.Q(('withdrawn_at__isnull', True)), fields=('day', 'unit'), name='cleaning_report_key'),
        ),
        migrations.AddIndex(
            model_name='facilitycheck',
            index=models.Index(fields=['unit_path', 'checked_on'], name='facility_path_day'),
        ),
        migrations.AddConstraint(
            model_name='facilitycheck',
            constraint=models.UniqueConstraint(condition=models.Q(('withdrawn_at__isnull', True)), fields=('unit', 'facility', 'checked_on'), name='facility_key'),
        ),
        migrations.AddConstraint(
            model_name='facilitycheck',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('rise_mm__isnull', True), ('run_mm__isnull', True)), models.Q(('rise_mm__gt', 0), ('run_mm__gt', 0)), _connector='OR'), name='ramp_rise_and_run_in_pairs'),
        ),
        migrations.AddIndex(
            model_name='sign',
            index=models.Index(fields=['unit_path', 'kind'], name='sign_path_kind'),
        ),
        migrations.AddIndex(
            model_name='sign',
            index=models.Index(fields=['unit', 'retired_on'], name='sign_unit'),
        ),
        migrations.AddConstraint(
            model_name='sign',
            constraint=models.UniqueConstraint(condition=models.Q(('withdrawn_at__isnull', True)), fields=('sign_no',), name='sign_key'),
        ),
        migrations.AddConstraint(
            model_name='sign',
            constraint=models.CheckConstraint(condition=models.Q(('installed_on__isnull', True), ('retired_on__isnull', True), ('retired_on__gte', models.F('installed_on')), _connector='OR'), name='sign_retired_after_installed'),
        ),
        migrations.AddConstraint(
            model_name='sign',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('lit_from__isnull', True), ('lit_until__isnull', True)), models.Q(('lit_from__isnull', False), ('lit_until__isnull', False)), _connector='OR'), name='sign_lit_hours_in_pairs'),
        ),
        migrations.AddConstraint(
            model_name='assetlabel',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('facility__isnull', True), ('sign__isnull', False)), models.Q(('facility__isnull', False), ('sign__isnull', True)), _connector='OR'), name='label_of_one_asset'),
        ),
        migrations.AddConstraint(
            model_name='assetlabel',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('sign',), name='label_once_a_sign'),
        ),
        migrations.AddConstraint(
            model_name='assetlabel',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True), ('facility__isnull', False)), fields=('unit', 'facility'), name='label_once_a_facility'),
        ),
        migrations.AddConstraint(
            model_name='upkeepplan',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('facility__isnull', True), models.Q(('sign_kind', ''), _negated=True)), models.Q(('facility__isnull', False), ('sign_kind', '')), _connector='OR'), name='plan_of_one_asset_kind'),
        ),
        migrations.AddConstraint(
            model_name='upkeepplan',
            constraint=models.CheckConstraint(condition=models.Q(('months__gte', 1), ('months__lte', 60)), name='plan_months_bounds'),
        ),
        migrations.AddIndex(
            model_name='workorder',
            index=models.Index(fields=['unit_path', 'kind', 'done_on'], name='order_path_kind'),
        ),
        migrations.AddIndex(
            model_name='workorder',
            index=models.Index(fields=['sign', 'kind', 'done_on'], name='order_sign'),
        ),
        migrations.AddIndex(
            model_name='workorder',
            index=models.Index(fields=['unit_path', 'opened_on'], name='order_path_opened'),
        ),
        migrations.AddConstraint(
            model_name='workorder',
            constraint=models.UniqueConstraint(condition=models.Q(('withdrawn_at__isnull', True)), fields=('order_no',), name='order_key'),
        ),
        migrations.AddConstraint(
            model_name='workorder',
            constraint=models.CheckConstraint(condition=models.Q(('done_on__isnull', True), ('done_on__gte', models.F('opened_on')), _connector='OR'), name='order_done_after_opened'),
        ),
        migrations.AddConstraint(
            model_name='workorder',
            constraint=models.CheckConstraint(condition=models.Q(('sign__isnull', True), ('facility__isnull', True), _connector='OR'), name='order_on_one_asset'),
        ),
        migrations.AddConstraint(
            model_name='workorder',
            constraint=models.CheckConstraint(condition=models.Q(('cost_fen__isnull', True), ('cost_fen__gte', 0), _connector='OR'), name='order_cost_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='workorder',
            constraint=models.CheckConstraint(condition=models.Q(('verified_by__isnull', True), ('done_by__isnull', True), models.Q(('verified_by', models.F('done_by')), _negated=True), _connector='OR'), name='order_verified_by_another'),
        ),
    ]
