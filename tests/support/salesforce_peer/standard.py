"""The fields of each object, one word each (see `schema.parse`); salesforce.md §1."""

from __future__ import annotations

PREFIXES = {
    "Account": "001",
    "Contact": "003",
    "npe5__Affiliation__c": "a0F",
    "Session__c": "a0s",
    "Session_Participant__c": "a1x",
    "Task": "00T",
    "EmailMessage": "02s",
    "Case": "500",
    "Class__c": "a0C",
}

OBJECTS = {
    "Account": """
        Name Type:picklist Description:textarea ParentId:reference(Account)
        MasterRecordId:reference(Account) OwnerId:reference(User) Phone:phone Website:url
        BillingStreet:textarea BillingCity BillingState BillingPostalCode BillingCountry
        BillingAddress:address LastActivityDate:date School_Code_External_ID__c(20)
        Connector_Account_Name__c
    """,
    "Contact": """
        Contact_Type__c:picklist AccountId:reference(Account) MasterRecordId:reference(Contact)
        OwnerId:reference(User) Salutation:picklist FirstName(40) MiddleName(40) LastName(80)
        Suffix(40) Name(121)* Email:email npe01__HomeEmail__c:email npe01__AlternateEmail__c:email
        npe01__WorkEmail__c:email npe01__Preferred_Email__c:picklist
        Phone:phone npe01__WorkPhone__c:phone HomePhone:phone MobilePhone:phone
        npe01__PreferredPhone__c:picklist npsp__Primary_Affiliation__c:reference(Account)
        npsp__Deceased__c:boolean npsp__Do_Not_Contact__c:boolean DoNotCall:boolean
        HasOptedOutOfEmail:boolean EmailBouncedDate:datetime Title(128) Department(80)
        Gender__c:picklist Birthdate:date Racial_Ethnic_Background__c:picklist
        Highest_Level_of_Educational__c:picklist Age_Group__c:picklist
        Last_Mailchimp_Email_Date__c:date First_Volunteer_Date__c:date* Last_Volunteer_Date__c:date*
        Last_Email_Message__c:date* Last_Non_Internal_Email_Activity__c:date*
        Last_Activity_Date__c:date* Volunteer_Recruitment_Notes__c:textarea Description:textarea
        Volunteer_Skills_Text__c(1300) Volunteer_Skills__c(1300)
        Volunteer_Interests__c:multipicklist(4099)
        Number_of_Attended_Volunteer_Sessions__c:double*
        MailingStreet:textarea MailingCity MailingState MailingPostalCode MailingCountry
        MailingAddress:address npe01__Work_Address__c(1300)* npe01__Home_Address__c(1300)*
        npe01__Other_Address__c(1300)* npe01__Primary_Address_Type__c:picklist
        npe01__Secondary_Address_Type__c:picklist
        Connector_Active_Subscription__c:picklist Connector_Affiliations__c Connector_Industry__c
        Connector_Joining_Date__c:date Connector_Profile_Link__c:url Connector_Role__c
        Connector_User_ID__c Local_Student_ID__c(50) Class__c:reference(Class__c)
        Legacy_Grade__c(50) Current_Grade__c:double
    """,
    "npe5__Affiliation__c": """
        Name OwnerId:reference(User) npe5__Contact__c:reference(Contact)
        npe5__Organization__c:reference(Account) npe5__Role__c npe5__Primary__c:boolean
        npe5__Status__c:picklist npe5__StartDate__c:date npe5__EndDate__c:date
        npe5__Description__c:textarea
    """,
    "Session__c": """
        Name OwnerId:reference(User) Session_Type__c:picklist Format__c:picklist
        Start_Date_and_Time__c:datetime End_Date_and_Time__c:datetime Session_Status__c:picklist
        Location_Information__c:textarea Description__c:textarea
        Additional_Information__c:textarea Cancellation_Reason__c:picklist
        Non_Scheduled_Students_Count__c:double District__c School__c:reference(Account)
        Parent_Account__c Legacy_Skill_Covered_for_the_Session__c(1300)
        Legacy_Skills_Needed__c(1300) Requested_Skills__c(1300)
        Total_Requested_Volunteer_Jobs__c:double Available_Slots__c:double*
        Filled_Volunteer_Jobs__c:double* Session_Host__c:picklist Registration_Link__c(1300)*
        Display_on_Website__c:boolean
    """,
    "Session_Participant__c": """
        Name Contact__c:reference(Contact) Session__c:reference(Session__c)
        Participant_Type__c:picklist Status__c:picklist Delivery_Hours__c:double
        Age_Group__c:picklist Email__c:email Title__c
    """,
    "Task": """
        Subject:combobox Description:textarea Type:picklist Status:picklist ActivityDate:date
        OwnerId:reference(User) WhoId:reference(Contact,Lead) WhatId:reference(Account,Session__c)
        Priority:picklist IsArchived:boolean IsClosed:boolean
    """,
    "EmailMessage": """
        Subject(3000) TextBody:textarea HtmlBody:textarea MessageDate:datetime FromAddress:email
        ToAddress(4000) CcAddress(4000) BccAddress(4000)
        RelatedToId:reference(Account,Case,Contact,Session__c) ParentId:reference(Case)
        Incoming:boolean Status:picklist MessageIdentifier(765) ThreadIdentifier(765)
        HasAttachment:boolean
    """,
    "Case": """
        CaseNumber(30) Subject ContactId:reference(Contact) AccountId:reference(Account)
        MasterRecordId:reference(Case) OwnerId:reference(User) Status:picklist
    """,
    "Class__c": """
        Name OwnerId:reference(User) School__c:reference(Account) Class_Year_Number__c:double
    """,
}
