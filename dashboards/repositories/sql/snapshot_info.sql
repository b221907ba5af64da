-- What is published: identity, business date and whether the reconciliation came out even. Grain: one row.
select * from snapshot limit 1
