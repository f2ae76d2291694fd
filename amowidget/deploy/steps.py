"""What an upload would send, told without sending anything."""

from amowidget.account.form import Form
from amowidget.config.project import Target
from amowidget.release.archive import Archive


def requests_of(
    target: Target, archive: Archive, is_creating: bool, form: Form | None = None, *, is_by_browser: bool = False
) -> tuple[str, ...]:
    """Return the requests of an upload in their order, secrets masked; `form` is what the account's form is to hold."""
    base = target.base_url
    uuid = "{new id}" if is_creating else target.integration or "{integration}"
    created = (
        f"GET {base}/ajax/settings/widgets/category/own_integrations/1/ (is the name free?)",
        f"POST {base}/ajax/v3/clients/ (make the integration)",
    )
    in_browser = (
        f"GET {target.integrations_page} (in a browser, which loads what belongs to the page)",
        f"PATCH {base}/ajax/v3/clients/{uuid} (by the page's Save: the form as it stands)",
    )
    return (
        f"GET {base}/ (login form, when there is no session)",
        f"POST {base}/oauth2/authorize (login ***, password ***; when there is no session)",
        *(created if is_creating else ()),
        *(_of_form(f"{base}/ajax/v3/clients/{uuid}", form) if form else ()),
        f"GET {base}/ajax/v3/clients/{uuid} (what is there)",
        f"POST {base}/ajax/widgets/list (is it installed and active?)",
        f"GET {base}/upl/.../script.js (what is served, when something is)",
        f"GET {base}/ajax/v4/additional_agreements (read only)",
        *(in_browser if is_by_browser else ()),
        f"POST {base}/ajax/widgets/{uuid}/widget/upload/ (widget.zip, {archive.size_bytes} bytes)",
        f"GET {base}/upl/.../script.js?v={archive.version} (the proof, as the browser asks and past all caches)",
    )


def _of_form(address: str, form: Form) -> tuple[str, ...]:
    wanted = [
        *(f'name ({locale}) "{text}"' for locale, text in sorted(form.names.items())),
        *(f'description ({locale}) "{text}"' for locale, text in sorted(form.descriptions.items())),
        *([f"scopes {', '.join(form.scopes)}"] if form.scopes else []),
    ]
    return (
        f"GET {address} (the integration's form)",
        f"PATCH {address} (only what differs of: {'; '.join(wanted)})",
        f"GET {address} (is it as wanted, and the rest as it was?)",
    )
