"""Who may open which page about school accounts: a part of the matrix (matrix.py)."""

from forethought.pages.door_rules import Door, Rule
from forethought.school_accounts.standing import DECIDERS, KEEPERS

_STAFF = Rule(Door.SIGNED_IN)
_KEEPS = Rule(Door.OFFICE, KEEPERS)
_DECIDES = Rule(Door.OFFICE, DECIDERS)

#: As in matrix.py. What is done about an account opens to its custodians and to the keepers; to the others there is no
#: such page. A post is its proposer's and, once proposed, the custodians'.
SCHOOL_ACCOUNT_MATRIX: dict[str, Rule] = {
    "school_accounts.listing": _STAFF,
    "school_accounts.account": _STAFF,
    "school_accounts.register_account": _KEEPS,
    "account_tending.change_account": _STAFF,
    "account_tending.confirm_second_step": _STAFF,
    "account_tending.review_account": _STAFF,
    "account_tending.close_account": _KEEPS,
    "account_custody.name_custodian": _STAFF,
    "account_custody.end_custody": _STAFF,
    "account_custody.begin_hand_over": _STAFF,
    "account_custody.account_hand_over": _STAFF,
    "account_custody.take_over": _STAFF,
    "account_custody.let_go": _STAFF,
    "account_custody.drop_hand_over": _STAFF,
    "account_requests.ask_for_account": _STAFF,
    "account_requests.requests": _STAFF,
    "account_requests.account_request": _STAFF,
    "account_requests.agree_to_account": _DECIDES,
    "account_requests.decline_account": _DECIDES,
    "school_posts.posts": _STAFF,
    "school_posts.good_posts": _STAFF,
    "school_posts.write_post": _STAFF,
    "school_posts.school_post": _STAFF,
    "school_posts.change_post": _STAFF,
    "school_posts.propose_post": _STAFF,
    "school_posts.withdraw_post": _STAFF,
    "post_deciding.send_back": _STAFF,
    "post_deciding.approve_post": _STAFF,
    "post_deciding.note_posted": _STAFF,
    "post_deciding.mark_example": _STAFF,
    "post_deciding.unmark_example": _STAFF,
    "post_pictures.ask_before_picture": _STAFF,
    "post_pictures.keep_picture": _STAFF,
    "post_pictures.remove_picture": _STAFF,
    "post_pictures.post_picture": _STAFF,
    "post_pictures.look_at_picture": _STAFF,
}
