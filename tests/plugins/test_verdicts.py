"""The verdict on each person, against the sample's expectations and an independent oracle."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).parents[2]
NAMES = {
    "offline_im": "policy.offline-im-enabled",
    "auto_archiving": "policy.auto-archiving",
    "build": "client.build",
}
AGENTS = [
    "UCCAPI/16.0.7967.5277 OC/16.0.7967.2139 (Skype for Business)",
    "UCCAPI/16.0.6965.5308 OC/16.0.6965.2117",
    "UCCAPI/16.0.6965.5308 OC/16.0.6568.2025 (Skype for Business)",
    "UCCAPI/16.0.6568.2025 OC/16.0.12527.20194 (Skype for Business)",
    "UCCAPI/16.0.6741.2105 OC/16.0.6741.2105 (Skype for Business)",
    "OC/16.0.6701.999",
    "OC/16.0.6701.1000",
    "OC/16.0.6919.65535",
    "OC/16.0.6920.1000",
    "UCCAPI/16.0.4417.1000 OC/16.0.4417.1000 (Skype for Business)",
    "UCCAPI/15.0.4420.1017 OC/15.0.4420.1017 (Microsoft Lync)",
    "UCCAPI/4.0.7577.314 OC/4.0.7577.314",
    "UCCAPI/16.0.7967.5277",
    "OCPhone/4.0.7577.314 (Microsoft Lync 2010 Phone Edition)",
    "iPhoneLync/6.19.0.1",
    "CPE/16.0.7967.2139 XOC/16.0.7967.2139",
]
PATTERNS = [
    "OC/*",
    "oc/*",
    "*OC/16.0.7967*",
    "OC/16.0.?967*",
    "[O]C/*",
    "*Skype for Business*",
    "Lync*",
    "MacOutlook/*",
    "*",
    "",
]
SETTING = st.sampled_from([True, True, False, None, "absent"])
GRANTED = [
    "Legal",
    "sales",
    "Gone",
    "absent",
    "Tag:Legal",
    "tag: SALES",
    "Night shift",
    " Global ",
    "Site:Munich",
]
SITES = ["Redmond", "Munich", "Zürich"]


def test_the_sample_is_judged_as_expected(judged: Any) -> None:
    expected = yaml.safe_load((ROOT / "tests" / "samples" / "expected.yaml").read_text(encoding="utf-8"))
    found = judged(ROOT / "samples" / "contoso")
    got = {
        person: {short: statuses[name] for short, name in NAMES.items()} | {"verdict": found.verdicts[person]}
        for person, statuses in found.statuses.items()
    }
    assert got == expected.get("people", expected)


def test_who_has_a_mailbox_in_the_sample_may_use_ews(judged: Any) -> None:
    found = judged(ROOT / "samples" / "contoso").statuses
    without = {person for person, statuses in found.items() if statuses["ews.allowed"] == "error"}
    left_out = {person for person, statuses in found.items() if statuses["ews.allowed"] == "skip"}
    assert without == {"monika.schaefer@contoso.com", "quinn.baker@contoso.com"}
    assert left_out == {"helga.brandt@contoso.com", "ravi.menon@contoso.com"}
    assert {found[person]["ews.allowed"] for person in found.keys() - without - left_out} == {"pass"}


def test_every_people_check_passes_and_fails_for_somebody_in_the_sample(judged: Any) -> None:
    for result in judged(ROOT / "samples" / "contoso").run.results:
        if result.check in NAMES.values():
            assert result.counts["pass"]
            assert result.counts["fail"]


def ews_settings(oracle: Any) -> st.SearchStrategy[Any]:
    return st.builds(
        oracle.Ews,
        enabled=st.sampled_from([True, None, None, None, False, "absent"]),
        policy=st.sampled_from([None, None, None, "EnforceAllowList", "EnforceBlockList", "Else", "absent"]),
        patterns=st.lists(st.sampled_from(PATTERNS), max_size=3),
    )


@st.composite
def organisations(draw: st.DrawFn, oracle: Any) -> Any:
    pools = draw(
        st.dictionaries(
            st.sampled_from(["pool1", "pool2", "POOL3"]), st.sampled_from([*SITES, None]), min_size=1
        )
    )
    sites = st.sampled_from(["Global", *(f"Site:{site}" for site in SITES), "site:munich", "Site: 3"])
    services = st.sampled_from([*["Global"] * 5, "Service:Registrar:pool1", "Service:1-UserServices-1"])
    tags = st.sampled_from(["Tag:Legal", "tag:Sales", "Tag: Night shift"])
    offline_im = st.dictionaries(st.one_of(sites, services), SETTING, max_size=3, min_size=1)
    archiving = st.dictionaries(st.one_of(sites, tags), SETTING, min_size=1)
    users = draw(
        st.lists(
            st.builds(
                oracle.User,
                name=st.sampled_from([f"user{i}" for i in range(12)]),
                pool=st.sampled_from(["pool1", "Pool1", "pool2", "pool3", "pool9", None]),
                policy=st.sampled_from([None, None, *GRANTED]),
                enabled=st.sampled_from([True, True, True, False]),
                provider=st.sampled_from(["SRV:", "SRV:", None, "sipfed.online.lync.com"]),
                agents=st.lists(st.sampled_from(AGENTS), max_size=3),
                mailbox=st.sampled_from(["exchange", "exchange", "exchange_online", None]),
                ews=st.one_of(st.none(), ews_settings(oracle), ews_settings(oracle)),
            ),
            min_size=1,
            max_size=12,
            unique_by=lambda user: user.name,
        )
    )
    listed = draw(
        st.sampled_from([{"exchange", "exchange_online"}, {"exchange"}, {"exchange_online"}, set()])
    )
    return oracle.Organisation(
        pools=pools,
        offline_im=unambiguous(draw(offline_im)),
        policies=unambiguous(draw(archiving)),
        sites=SITES,
        local_offline_im=unambiguous(draw(st.one_of(st.none(), offline_im))),
        local_policies=unambiguous(draw(st.one_of(st.none(), archiving))),
        users=users,
        listed=listed,
        ews={place: draw(ews_settings(oracle)) for place in sorted(listed)},
    )


def unambiguous(objects: Mapping[str, object] | None) -> dict[str, object] | None:
    """One object for each scope: a server never lists two."""
    if objects is None:
        return None
    names = {"site: 3": "site:zürich"}
    folded = {identity: identity.lower() for identity in objects}
    return dict(
        {names.get(folded[one], folded[one]): (one, value) for one, value in objects.items()}.values()
    )


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_organisation_is_judged_as_by_the_oracle(
    data: st.DataObject, oracle: Any, saved: Any, judged: Any
) -> None:
    organisation = data.draw(organisations(oracle))
    with tempfile.TemporaryDirectory() as folder:
        found = judged(saved(Path(folder), organisation))
    for user in organisation.users:
        person = f"{user.name}@contoso.com"
        expected = oracle.judge(organisation, user)
        assert {check: found.statuses[person][check] for check in expected} == expected, user
        assert found.verdicts[person] == oracle.verdict(expected), user
