"""征收进度: of employers by fee period, and of the residents' two insurances by day of the season, down to the village."""

from dashboards.access.roles import ScopeKind
from dashboards.components import address
from dashboards.components.context import Context
from dashboards.pages.progress import employers, residents

_VIEWS = {"employers": "用人单位", "residents": "城乡居民两险"}


def show(context: Context) -> None:
    """The page."""
    view = address.get("view")
    # Employers' fees are not kept by village.
    if context.user.scope.kind is ScopeKind.VILLAGE:
        residents.show(context, lambda: None)
    elif view == "residents":
        residents.show(context, choose_view)
    else:
        employers.show(context, choose_view)


def choose_view() -> None:
    """Employers or residents; what only one of them knows falls when the other is chosen."""
    address.segments(
        "征收对象", "view", list(_VIEWS), default="employers", names=lambda code: _VIEWS[code],
        resets=("basis", "by_cut", "item", "measure", "village"),
    )  # fmt: skip
