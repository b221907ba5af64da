"""Acts on tri-party agreements: signed at the wrong bureau, one account for several payers, ended."""

from simulator.acts.registry import act, record
from simulator.world import DateOrSql, World, date_sql


@act("agreement")
def agreement_signed_elsewhere(
    world: World, scope: str, *, authority: str | None = None, on: DateOrSql | None = None
) -> None:
    """The agreement names another tax authority than the payer's bureau: from signing, or from a day. Default: the next bureau."""
    other = f"'{authority}'" if authority else (
        "(select case when min(b.bureau_code) is null then '14501020000' else min(b.bureau_code) end "
        "from ref_bureau b where b.kind = 'bureau' and b.bureau_code > subject.authority_code)"
    )  # fmt: skip
    if on is None:
        world.sql(
            f"update world.agreement as subject set authority_code = {other} where agreement_key in (select key from {scope})"
        )
    else:
        world.change("agreement", f"select key from {scope}", "authority_code", other, on)
    since = "signed_on" if on is None else date_sql(on)
    record(
        world, "A6.1", "agreement_signed_elsewhere",
        f"select agreement_key, {since}, {since}, ended_on from world.agreement where agreement_key in (select key from {scope})",
    )  # fmt: skip


@act("agreement")
def signed_with_office(world: World, scope: str) -> None:
    """The agreement names the office of the payer's own bureau."""
    world.sql(
        f"""update world.agreement set authority_code = (
            select min(office_code) from ref_tax_office where parent_bureau_code = agreement.authority_code)
        where agreement_key in (select key from {scope})"""
    )


@act("agreement")
def account_shared(world: World, scope: str, *, size: int = 2, on: DateOrSql | None = None, other_bank: bool = False,
                   until: DateOrSql | None = None) -> None:  # fmt: skip
    """Groups of `size` agreements (in the order of their keys) use the first one's account: from signing or from a day.

    other_bank: the same number at different banks, which is two accounts. until: all but the first end on a day.
    """
    bank = "agreement.bank_code" if other_bank else "first_bank"
    world.sql(
        f"""
        create or replace temp table sharing as
        select agreement_key as key, n, grp,
            first_value(bank_code) over (partition by grp order by n) as first_bank,
            first_value(account_no) over (partition by grp order by n) as first_account
        from (select *, row_number() over (order by agreement_key) - 1 as n, (row_number() over (order by agreement_key) - 1) // {size} as grp
              from world.agreement where agreement_key in (select key from {scope}));
        """
    )
    if other_bank:
        world.sql(
            """
            update world.agreement set account_no = first_account,
                bank_code = case when bank_code = first_bank and n % 2 = 1 then case first_bank when '102' then '105' else '102' end else bank_code end
            from sharing where agreement_key = sharing.key
            """
        )
        return
    if on is None:
        world.sql(
            f"update world.agreement set account_no = first_account, bank_code = {bank} from sharing where agreement_key = sharing.key"
        )
    else:
        for attribute, source in (("account_no", "first_account"), ("bank_code", "first_bank")):
            world.change(
                "agreement", f"select key from {scope}", attribute,
                f"(select {source} from sharing where sharing.key = subject.agreement_key)", on,
            )  # fmt: skip
    if until is not None:
        world.sql(
            f"update world.agreement set ended_on = {date_sql(until)} where agreement_key in "
            f"(select key from sharing where n % {size} > 0)"
        )
    begin = "max(signed_on) over (partition by grp)" if on is None else date_sql(on)
    record(
        world, "A6.5", "account_shared",
        f"""select key, {begin}, {begin}, {date_sql(until)} from sharing join world.agreement on agreement_key = sharing.key
        qualify count(*) over (partition by grp) > 1""",
    )  # fmt: skip


@act("agreement")
def agreement_ended(world: World, scope: str, *, on: DateOrSql) -> None:
    """The agreement is ended on a day."""
    world.sql(f"update world.agreement set ended_on = {date_sql(on)} where agreement_key in (select key from {scope})")


@act("agreement")
def agreement_in_name(world: World, scope: str, *, how: str) -> None:
    """The agreement names another account holder than the taxpayer: other, suffix; or the same otherwise: brackets, owner, blank.

    Truth is noted with the lists, from the names as they are in the end: an agreement stays as signed when its taxpayer is renamed.
    """
    name = {
        "other": "'南宁' || make_brand(agreement_key || ' holder') || '物业服务有限公司'",
        "suffix": """case when ends_with(account_name, '有限责任公司') then replace(account_name, '有限责任公司', '有限公司')
            when ends_with(account_name, '有限公司') then replace(account_name, '有限公司', '有限责任公司')
            else account_name || '有限公司' end""",
        "brackets": "replace(replace(' ' || account_name || ' ', '（', '('), '）', ')')",
        "owner": "(select legal_name from world.taxpayer where taxpayer.taxpayer_key = agreement.taxpayer_key)",
        "blank": "''",
    }[how]
    world.sql(f"update world.agreement set account_name = {name} where agreement_key in (select key from {scope})")


@act("taxpayer")
def second_agreement(world: World, scope: str, *, signed_on: DateOrSql, same_account: bool = True, other_flag: bool = False,
                     first_ends_on: DateOrSql | None = None) -> None:  # fmt: skip
    """The taxpayer signs one more agreement, on the same account unless told otherwise.

    other_flag: with the other batch flag. first_ends_on: the first one ends on a day. Truth of twins is noted with the lists.
    """
    columns = f", bank_code, account_no, is_batch <> {other_flag} as is_batch" if same_account else ""
    if first_ends_on is not None:
        world.sql(
            f"""update world.agreement set ended_on = {date_sql(first_ends_on)}
            where taxpayer_key in (select key from {scope}) and signed_on < {date_sql(signed_on)}"""
        )
    world.add_agreements(
        f"""select taxpayer_key, {date_sql(signed_on)} as signed_on{columns} from world.agreement
        where taxpayer_key in (select key from {scope})
        qualify row_number() over (partition by taxpayer_key order by agreement_key) = 1"""
    )
