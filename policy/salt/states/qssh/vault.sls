# SPDX-License-Identifier: ISC
# In dom0: the vault is there, and has no network.
{% from "qssh/names.jinja" import qssh with context -%}
qssh-vault-present:
  qvm.present:
    - name: {{ qssh.vault }}
    - label: black

qssh-vault-offline:
  qvm.prefs:
    - name: {{ qssh.vault }}
    - netvm: ""
    - require:
      - qvm: qssh-vault-present
