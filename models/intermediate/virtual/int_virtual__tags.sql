{{ config(materialized='view') }}
{#- Whom people put on an event or took off it: the newest standing word about each person in each
    event, under the person's own key. It outlives every import (pathful.md 4.4). -#}
with

words as (select * from {{ ref('int_virtual__person_words') }})

select
    event_key,
    role,
    own_key,
    entity_key,
    action in ('tag_teacher', 'tag_presenter') as is_tagged,
    decision_id,
    decided_at
from words
where action <> 'override_attendance'
qualify row_number() over (partition by event_key, role, own_key order by decision_seq desc) = 1
