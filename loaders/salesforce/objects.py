"""What is taken from the CRM: its objects and their fields (salesforce.md §1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

# Every object has these; they are taken with its own fields.
SYSTEM_FIELDS = ("Id", "IsDeleted", "CreatedDate", "LastModifiedDate", "SystemModstamp")


@dataclass(frozen=True)
class SObject:
    """An object of the CRM as we take it, unfiltered.

    Attributes:
        name: in the API.
        cadence: `daily`, or `weekly` for what changes rarely; the weekly run takes both.
        fields: beside SYSTEM_FIELDS, those we use.
    """

    name: str
    cadence: Literal["daily", "weekly"]
    fields: tuple[str, ...]

    @property
    def table(self) -> str:
        """The table of raw_salesforce that holds its records."""
        return column(self.name)


def column(name: str) -> str:
    """The column, or table, that a field or object lands in: dlt allows no two underscores."""
    return name.lower().replace("__", "_")


OBJECTS: tuple[SObject, ...] = (
    SObject(
        "Account",
        "daily",
        (
            "Name",
            "Type",
            "Description",
            "ParentId",
            "MasterRecordId",
            "BillingStreet",
            "BillingCity",
            "BillingState",
            "BillingPostalCode",
            "BillingCountry",
            "LastActivityDate",
            "School_Code_External_ID__c",
            "Connector_Account_Name__c",
        ),
    ),
    SObject(
        "Contact",
        "daily",
        (
            "Contact_Type__c",
            "AccountId",
            "MasterRecordId",
            "FirstName",
            "MiddleName",
            "LastName",
            "Email",
            "npe01__HomeEmail__c",
            "npe01__AlternateEmail__c",
            "npe01__WorkEmail__c",
            "npe01__Preferred_Email__c",
            "Phone",
            "npe01__WorkPhone__c",
            "HomePhone",
            "MobilePhone",
            "npe01__PreferredPhone__c",
            "npsp__Primary_Affiliation__c",
            "npsp__Deceased__c",
            "npsp__Do_Not_Contact__c",
            "DoNotCall",
            "HasOptedOutOfEmail",
            "EmailBouncedDate",
            "Title",
            "Department",
            "Gender__c",
            "Birthdate",
            "Racial_Ethnic_Background__c",
            "Highest_Level_of_Educational__c",
            "Age_Group__c",
            "Last_Mailchimp_Email_Date__c",
            "First_Volunteer_Date__c",
            "Last_Volunteer_Date__c",
            "Last_Email_Message__c",
            "Last_Non_Internal_Email_Activity__c",
            "Last_Activity_Date__c",
            "Volunteer_Recruitment_Notes__c",
            "Description",
            "Volunteer_Skills_Text__c",
            "Volunteer_Skills__c",
            "Volunteer_Interests__c",
            "Number_of_Attended_Volunteer_Sessions__c",
            "MailingStreet",
            "MailingCity",
            "MailingState",
            "MailingPostalCode",
            "MailingCountry",
            "npe01__Work_Address__c",
            "npe01__Primary_Address_Type__c",
            "npe01__Secondary_Address_Type__c",
            "Connector_Industry__c",
            "Local_Student_ID__c",
            "Class__c",
            "Legacy_Grade__c",
            "Current_Grade__c",
        ),
    ),
    SObject(
        "npe5__Affiliation__c",
        "daily",
        (
            "Name",
            "npe5__Contact__c",
            "npe5__Organization__c",
            "npe5__Role__c",
            "npe5__Primary__c",
            "npe5__Status__c",
            "npe5__StartDate__c",
            "npe5__EndDate__c",
        ),
    ),
    SObject(
        "Session__c",
        "daily",
        (
            "Name",
            "Session_Type__c",
            "Format__c",
            "Start_Date_and_Time__c",
            "End_Date_and_Time__c",
            "Session_Status__c",
            "Location_Information__c",
            "Description__c",
            "Additional_Information__c",
            "Cancellation_Reason__c",
            "Non_Scheduled_Students_Count__c",
            "District__c",
            "School__c",
            "Parent_Account__c",
            "Legacy_Skill_Covered_for_the_Session__c",
            "Legacy_Skills_Needed__c",
            "Requested_Skills__c",
            "Total_Requested_Volunteer_Jobs__c",
            "Available_Slots__c",
            "Filled_Volunteer_Jobs__c",
            "Session_Host__c",
            "Registration_Link__c",
            "Display_on_Website__c",
        ),
    ),
    SObject(
        "Session_Participant__c",
        "daily",
        (
            "Name",
            "Contact__c",
            "Session__c",
            "Participant_Type__c",
            "Status__c",
            "Delivery_Hours__c",
            "Age_Group__c",
            "Email__c",
            "Title__c",
        ),
    ),
    SObject(
        "Task",
        "daily",
        (
            "Subject",
            "Description",
            "Type",
            "Status",
            "ActivityDate",
            "WhoId",
            "WhatId",
        ),
    ),
    SObject(
        "EmailMessage",
        "daily",
        (
            "Subject",
            "TextBody",
            "HtmlBody",
            "MessageDate",
            "FromAddress",
            "ToAddress",
            "CcAddress",
            "BccAddress",
            "RelatedToId",
            "ParentId",
            "Incoming",
            "Status",
            "MessageIdentifier",
            "ThreadIdentifier",
        ),
    ),
    SObject(
        "Case",
        "daily",
        ("ContactId",),
    ),
    SObject(
        "Class__c",
        "weekly",
        (
            "Name",
            "School__c",
            "Class_Year_Number__c",
        ),
    ),
)
BY_NAME = {item.name: item for item in OBJECTS}
