"""What is wrong with a template, as a sentence for the one who writes it."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hearth.bulletins.domain.report_language import Mistake

SENTENCES = {
    "too_long": gettext_lazy("The text may have at most %(said)s characters."),
    "no_title": gettext_lazy("Begin with a line for the title: a # and a blank before it."),
    "wide_brace": gettext_lazy("Write { and } in half width; %(said)s is full width."),
    "stray_brace": gettext_lazy("This } closes nothing. Write }} to show a brace."),
    "not_closed": gettext_lazy("This { is not closed in its line. Write {{ to show a brace."),
    "empty_gap": gettext_lazy("There is nothing between the braces."),
    "unknown_figure": gettext_lazy("There is no figure called “%(said)s”."),
    "unknown_form": gettext_lazy("A figure has no form “%(said)s”."),
    "form_of_other": gettext_lazy("The form “%(said)s” does not go with this kind of figure."),
    "no_condition": gettext_lazy("Say when: a figure and its state."),
    "figure_wanted": gettext_lazy("Here the key of a figure has to stand, not “%(said)s”."),
    "unknown_state": gettext_lazy("After the figure its state or a comparison has to stand."),
    "bound_wanted": gettext_lazy("After the sign a number, target or before has to stand."),
    "not_understood": gettext_lazy("“%(said)s” cannot stand here. Join conditions by and, or."),
    "not_ended": gettext_lazy("This condition has no {end}."),
    "elif_alone": gettext_lazy("This belongs to no {if} before it."),
    "else_alone": gettext_lazy("This belongs to no {if} before it."),
    "end_alone": gettext_lazy("This ends no {if} before it."),
    "too_deep": gettext_lazy("Conditions may stand within each other %(said)s deep at most."),
}


def sentence(mistake: Mistake) -> str:
    """What is wrong, without its place; with names that may have been meant."""
    said = str(SENTENCES[mistake.code]) % {"said": mistake.said}
    if not mistake.nearest:
        return said
    return _("%(said)s Did you mean %(names)s?") % {
        "said": said,
        "names": " / ".join(mistake.nearest),
    }


def placed(mistake: Mistake) -> str:
    """The same with its place in front."""
    return _("Line %(line)s, column %(column)s: %(said)s") % {
        "line": mistake.line,
        "column": mistake.column,
        "said": sentence(mistake),
    }
