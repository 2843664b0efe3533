with

classes as (select * from {{ ref('int_crm__classes') }})

select
    class_key,
    class_id as salesforce_id,
    class_name,
    school_key,
    class_year,
    is_deleted
from classes
