"""Banks, cash and vouchers of the employers, and the treasury's statement: all that lies between a ticket and its settlement."""

import datetime as dt
from typing import TYPE_CHECKING

from simulator.acts import bank as _acts
from simulator.engine import insert_rows
from simulator.part import Block, Part, settings
from simulator.parts.bank.report import report
from simulator.parts.bank.story import tell

if TYPE_CHECKING:
    from simulator.world import World


def populate(world: "World", block: Block, horizon: dt.date) -> None:
    """The block's number and what the projection needs of params.yml; the tables follow from tickets and deductions."""
    own = settings("bank")
    world.sql(f"insert into world.bank_block values ({block.number})")
    shares = ("pos_share", "voucher_retry_share", "check_retry_share")
    insert_rows(world.con, "world.bank_setting", [(name, float(own[name])) for name in shares])
    rows, code_of = [], own["raw_answers"]
    for return_code, wordings in code_of.items():
        low, total = 0.0, sum(float(share) for _, _, share in wordings)
        for raw_code, raw_text, share in wordings:
            high = low + float(share) / total
            rows.append([return_code, raw_code, raw_text, low, high])
            low = high
        rows[-1][4] = 2.0
    insert_rows(world.con, "world.raw_answer", rows)
    if not block.told:
        _acts.note_refused_debits(world)


PART = Part("bank", "employer", populate, tell, report)
