# SPDX-License-Identifier: ISC
# In dom0: which qubes may call the vault. Behind the user's own file, whose lines win.
{% from "qssh/names.jinja" import qssh with context -%}
/etc/qubes/policy.d/31-qssh.policy:
  file.managed:
    - user: root
    - group: qubes
    - mode: "0664"
    - contents:
      - "# Written by Salt's state qssh.policy."
{%- for client in qssh.clients %}
{%- if qssh.action == "allow" %}
      - qubes.SshAgent + {{ client }} @default allow target={{ qssh.vault }}
{%- else %}
      - qubes.SshAgent + {{ client }} @default ask target={{ qssh.vault }} default_target={{ qssh.vault }}
{%- endif %}
{%- endfor %}
