# SPDX-License-Identifier: ISC
# In dom0: the clients have qssh switched on.
{% from "qssh/names.jinja" import qssh with context -%}
{% for client in qssh.clients %}
qssh-client-{{ client }}:
  qvm.service:
    - name: {{ client }}
    - enable:
      - qssh
{% else %}
{}
{% endfor %}
