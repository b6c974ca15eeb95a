# SPDX-License-Identifier: ISC
# In the vault: the rules that the pillar has. Without any the person's own file stays as it is. Rules with a fault would
# refuse everything: they are checked first, by that user, and with one the file stays as it is and the state fails.
{% from "qssh/names.jinja" import qssh with context -%}
{% if qssh.rules %}
/home/{{ qssh.user }}/.config/qssh/rules:
  file.managed:
    - user: {{ qssh.user }}
    - group: {{ qssh.user }}
    - mode: "0600"
    - makedirs: True
    - contents_pillar: qssh:rules
    - check_cmd: >-
        runuser -u {{ qssh.user }} -- env HOME=/home/{{ qssh.user }}
        sh -c 'qssh-vault check --rules "$1" || test $? = 3' check
{% else %}
{}
{% endif %}
