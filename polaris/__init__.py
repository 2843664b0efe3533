"""The thread of the warehouse: settings, runs, decisions, builds, publishing, the command line.

`cli.py` is the command line, `commands/` its commands. An import goes through `imports` or
`contracts_import`, `import_run`, `build` and `publish`, and tells the `ledger`. `deciding/` holds
what people decide, `nights/` the nightly job, `alerting/` what somebody should hear of, `demo/` the
sample. docs/architecture.md follows an import, a decision and a night through them.
"""
