"""The audited acts of coalitions, their people, circles, follow-ups and positions."""

from django.utils.translation import gettext_lazy as _

from amnt.audit import acts


def register_all() -> None:
    acts.register("coalitions.founded", _("The coalition was founded"))
    acts.register("coalitions.settings_changed", _("The settings of the coalition were changed"))
    acts.register("coalitions.invited", _("Someone was invited"))
    acts.register("coalitions.invitation_revoked", _("An invitation was revoked"))
    acts.register("coalitions.newcomer_confirmed", _("A lead confirmed by two words who accepts an invitation"))
    acts.register("coalitions.joined", _("Someone joined the coalition"))
    acts.register("coalitions.role_changed", _("The role of a person was changed"))
    acts.register("coalitions.member_removed", _("Someone was removed from the coalition"))
    acts.register("coalitions.member_left", _("Someone left the coalition"))
    acts.register("coalitions.circle_opened", _("A circle was opened"))
    acts.register("coalitions.circle_changed", _("The name or purpose of a circle was changed"))
    acts.register("coalitions.circle_person_named", _("Someone was added to a circle"))
    acts.register("coalitions.circle_person_removed", _("Someone left a circle or was removed from it"))
    acts.register("coalitions.circle_handed_on", _("A circle was handed over to another owner"))
    acts.register("coalitions.circle_closed", _("A circle was closed"))
    acts.register("coalitions.follow_up_assigned", _("A follow-up was assigned"))
    acts.register("coalitions.follow_up_moved", _("A follow-up was moved to another circle, so that others can read it"))
    acts.register("coalitions.import_taken_back", _("An import was undone"))
    acts.register("coalitions.import_put_back", _("An undone import was restored"))
    acts.register("coalitions.position_taken", _("A new version of a position was written"))
    acts.register("coalitions.delegation_note_written", _("A note about a delegation was written"))
    acts.register("coalitions.delegation_note_removed", _("A note about a delegation was removed"))
    acts.register("coalitions.approval_asked", _("A second lead was asked to approve something"))
    acts.register("coalitions.approval_approved", _("A request was approved by a second lead and carried out"))
    acts.register("coalitions.approval_declined", _("A request was declined by a second lead"))
    acts.register("coalitions.approval_withdrawn", _("A request to a second lead was withdrawn"))
    acts.register("coalitions.circle_saved", _("A circle without a reader was handed over"))
    acts.register("coalitions.circle_deleted", _("A circle without a reader was deleted with everything in it"))
    acts.register("instance.lock_asked", _("A lead asked to lock the instance, and a second lead approved it"))
    acts.register("coalitions.sessions_closed", _("Every session of a member was closed by two leads"))
