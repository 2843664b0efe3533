{#- The person of each record (identity.md 4). A person is named by the oldest record, so merging
    keeps the older key and splitting gives each part back the key it had. One row per record. -#}
with

records as (select * from {{ ref('int_identity__records') }}),
components as (select * from {{ ref('int_identity__components') }}),

rooted as (
    select
        records.record_key,
        records.record_no,
        coalesce(components.root_no, records.record_no) as root_no,
        components.held_apart_reason
    from records
    left join components on records.record_no = components.record_no
)

select
    rooted.record_key,
    rooted.record_no,
    anchors.own_person_key as person_key,
    anchors.record_key as anchor_record_key,
    anchors.record_no as anchor_record_no,
    count(*) over (partition by anchors.record_no) as cluster_size,
    rooted.held_apart_reason
from rooted
inner join records as anchors on rooted.root_no = anchors.record_no
