"""Accounts of the school: the register, who looks after each, what was asked for, and the posts."""

from django.urls import path

from forethought.pages import (
    account_custody,
    account_requests,
    account_tending,
    post_deciding,
    post_pictures,
    school_accounts,
    school_posts,
)

_ONE = "school-accounts/<uuid:school_account_id>/"
_OVER = "school-accounts/hand-overs/<uuid:account_hand_over_id>/"
_CUSTODY = "school-accounts/custodies/<uuid:custody_id>/"
_POST = "school-accounts/posts/<uuid:post_id>/"
_ASKED = "school-accounts/requests/<uuid:account_request_id>/"

urlpatterns = [
    path("school-accounts/", school_accounts.listing, name="school_accounts"),
    path("school-accounts/register-account/", school_accounts.register_account, name="register_account"),
    path("school-accounts/ask-for-account/", account_requests.ask_for_account, name="ask_for_account"),
    path("school-accounts/requests/", account_requests.requests, name="account_requests"),
    path(_ASKED, account_requests.account_request, name="account_request"),
    path(f"{_ASKED}agree-to-account/", account_requests.agree_to_account, name="agree_to_account"),
    path(f"{_ASKED}decline-account/", account_requests.decline_account, name="decline_account"),
    path(_OVER, account_custody.account_hand_over, name="account_hand_over"),
    path(f"{_OVER}take-over/", account_custody.take_over, name="take_over"),
    path(f"{_OVER}let-go/", account_custody.let_go, name="let_go"),
    path(f"{_OVER}drop-hand-over/", account_custody.drop_hand_over, name="drop_hand_over"),
    path(f"{_CUSTODY}end-custody/", account_custody.end_custody, name="end_custody"),
    path(_ONE, school_accounts.account, name="school_account"),
    path(f"{_ONE}change-account/", account_tending.change_account, name="change_account"),
    path(f"{_ONE}confirm-second-step/", account_tending.confirm_second_step, name="confirm_second_step"),
    path(f"{_ONE}review-account/", account_tending.review_account, name="review_account"),
    path(f"{_ONE}close-account/", account_tending.close_account, name="close_account"),
    path(f"{_ONE}name-custodian/", account_custody.name_custodian, name="name_custodian"),
    path(f"{_CUSTODY}begin-hand-over/", account_custody.begin_hand_over, name="begin_hand_over"),
    path(f"{_ONE}write-post/", school_posts.write_post, name="write_post"),
    path("school-accounts/posts/", school_posts.posts, name="school_posts"),
    path("school-accounts/good-posts/", school_posts.good_posts, name="good_posts"),
    path(_POST, school_posts.school_post, name="school_post"),
    path(f"{_POST}change-post/", school_posts.change_post, name="change_post"),
    path(f"{_POST}propose-post/", school_posts.propose_post, name="propose_post"),
    path(f"{_POST}withdraw-post/", school_posts.withdraw_post, name="withdraw_post"),
    path(f"{_POST}send-back/", post_deciding.send_back, name="send_back"),
    path(f"{_POST}approve-post/", post_deciding.approve_post, name="approve_post"),
    path(f"{_POST}note-posted/", post_deciding.note_posted, name="note_posted"),
    path(f"{_POST}mark-example/", post_deciding.mark_example, name="mark_example"),
    path(f"{_POST}unmark-example/", post_deciding.unmark_example, name="unmark_example"),
    path(f"{_POST}ask-before-picture/", post_pictures.ask_before_picture, name="ask_before_picture"),
    path(f"{_POST}<str:answers>/keep-picture/", post_pictures.keep_picture, name="keep_picture"),
    path(f"{_POST}remove-picture/", post_pictures.remove_picture, name="remove_picture"),
    path(f"{_POST}post-picture/", post_pictures.post_picture, name="post_picture"),
    path(f"{_POST}look-at-picture/", post_pictures.look_at_picture, name="look_at_picture"),
]
