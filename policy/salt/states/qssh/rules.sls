# SPDX-License-Identifier: ISC
# In the vault: the rules that the pillar has. Without any the person's own file stays as it is.
{% from "qssh/names.jinja" import qssh with context -%}
{% if qssh.rules %}
/home/{{ qssh.user }}/.config/qssh/rules:
  file.managed:
    - user: {{ qssh.user }}
    - group: {{ qssh.user }}
    - mode: "0600"
    - makedirs: True
    - contents_pillar: qssh:rules
{% else %}
{}
{% endif %}
