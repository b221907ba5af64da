{#-
  One amount against several, proved or left open: which subset of a group's parts sums to the whole.

  `wholes` (group_key, whole_key, amount) and `parts` (group_key, part_key, amount) name CTEs; keys are unique. Tried inside the group: one, two or three
  parts; all of them; all but one or two. Groups with more than `rec_match_group` parts are tried by one part, by all and by all but one, no further.
  Nothing depends on the order of rows. A whole with exactly one subset, none of whose parts any other whole of the group can claim, is `proved`; with
  several subsets, or parts that two wholes claim, `ambiguous`; else `none`.

  Gives CTEs `match_whole` (whole_key, match_code, subset_count, part_count) and `match_part` (whole_key, part_key) of what was proved.
-#}
{% macro bounded_match(wholes, parts) %}
match_group as (
    select
        group_key,
        count(*) as part_count,
        sum(amount) as amount
    from {{ parts }}
    group by group_key
),

match_small as (
    select part.*
    from {{ parts }} as part
    inner join match_group on part.group_key = match_group.group_key
    where match_group.part_count <= {{ var('rec_match_group') }}
),

match_single as (
    select
        whole.group_key,
        whole.whole_key,
        part.part_key as first_key,
        cast(null as string) as second_key,
        cast(null as string) as third_key,
        false as is_complement,
        1 as part_count
    from {{ wholes }} as whole
    inner join {{ parts }} as part on whole.group_key = part.group_key and whole.amount = part.amount
),

match_pair as (
    select
        whole.group_key,
        whole.whole_key,
        one.part_key as first_key,
        two.part_key as second_key,
        cast(null as string) as third_key,
        false as is_complement,
        2 as part_count
    from {{ wholes }} as whole
    inner join match_small as one on whole.group_key = one.group_key
    inner join match_small as two on one.group_key = two.group_key and one.part_key < two.part_key
    where one.amount + two.amount = whole.amount
),

match_triple as (
    select
        whole.group_key,
        whole.whole_key,
        one.part_key as first_key,
        two.part_key as second_key,
        three.part_key as third_key,
        false as is_complement,
        3 as part_count
    from {{ wholes }} as whole
    inner join match_small as one on whole.group_key = one.group_key
    inner join match_small as two on one.group_key = two.group_key and one.part_key < two.part_key
    inner join match_small as three on two.group_key = three.group_key and two.part_key < three.part_key
    where one.amount + two.amount + three.amount = whole.amount
),

-- All parts but none, one or two: the keys are those that are left out. Only where that is more than three parts, so that no subset is counted twice.
match_all as (
    select
        whole.group_key,
        whole.whole_key,
        cast(null as string) as first_key,
        cast(null as string) as second_key,
        cast(null as string) as third_key,
        true as is_complement,
        match_group.part_count
    from {{ wholes }} as whole
    inner join match_group on whole.group_key = match_group.group_key and whole.amount = match_group.amount
    where match_group.part_count > 3
),

match_all_but_one as (
    select
        whole.group_key,
        whole.whole_key,
        part.part_key as first_key,
        cast(null as string) as second_key,
        cast(null as string) as third_key,
        true as is_complement,
        match_group.part_count - 1 as part_count
    from {{ wholes }} as whole
    inner join match_group on whole.group_key = match_group.group_key
    inner join {{ parts }} as part on whole.group_key = part.group_key and match_group.amount - whole.amount = part.amount
    where match_group.part_count > 4
),

match_all_but_two as (
    select
        whole.group_key,
        whole.whole_key,
        one.part_key as first_key,
        two.part_key as second_key,
        cast(null as string) as third_key,
        true as is_complement,
        match_group.part_count - 2 as part_count
    from {{ wholes }} as whole
    inner join match_group on whole.group_key = match_group.group_key
    inner join match_small as one on whole.group_key = one.group_key
    inner join match_small as two on one.group_key = two.group_key and one.part_key < two.part_key
    where match_group.part_count > 5 and match_group.amount - whole.amount = one.amount + two.amount
),

match_subset as (
    select * from match_single
    union all
    select * from match_pair
    union all
    select * from match_triple
    union all
    select * from match_all
    union all
    select * from match_all_but_one
    union all
    select * from match_all_but_two
),

match_count as (
    select
        whole_key,
        count(*) as subset_count,
        max(part_count) as part_count
    from match_subset
    group by whole_key
),

match_member as (
    select
        match_subset.whole_key,
        part.part_key
    from match_subset
    inner join {{ parts }} as part on match_subset.group_key = part.group_key
    where
        match_subset.is_complement <> (
            coalesce(part.part_key = match_subset.first_key, false)
            or coalesce(part.part_key = match_subset.second_key, false)
            or coalesce(part.part_key = match_subset.third_key, false)
        )
),

match_claim as (
    select
        part_key,
        count(distinct whole_key) as claim_count
    from match_member
    group by part_key
),

match_contested as (
    select distinct match_member.whole_key
    from match_member
    inner join match_claim on match_member.part_key = match_claim.part_key
    where match_claim.claim_count > 1
),

match_whole as (
    select
        whole.whole_key,
        case
            when match_count.whole_key is null then 'none'
            when match_count.subset_count = 1 and match_contested.whole_key is null then 'proved'
            else 'ambiguous'
        end as match_code,
        coalesce(match_count.subset_count, 0) as subset_count,
        match_count.part_count
    from {{ wholes }} as whole
    left join match_count on whole.whole_key = match_count.whole_key
    left join match_contested on whole.whole_key = match_contested.whole_key
),

match_part as (
    select
        match_member.whole_key,
        match_member.part_key
    from match_member
    inner join match_whole on match_member.whole_key = match_whole.whole_key
    where match_whole.match_code = 'proved'
)
{% endmacro %}
