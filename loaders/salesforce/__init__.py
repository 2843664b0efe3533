"""Lands the objects of Salesforce."""
