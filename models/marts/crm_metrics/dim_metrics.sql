with

metrics as (select * from {{ ref('ref_metrics') }})

select
    metric_code,
    metric_name,
    definition,
    formula,
    caveat,
    unit,
    shown_in,
    version,
    sort_order
from metrics
