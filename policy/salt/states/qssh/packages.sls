# SPDX-License-Identifier: ISC
# In a template: the packages, from the folder packages beside this file, and what they need. One template can serve
# vault and clients: nothing is on until a qube has it switched on.
{% from "qssh/names.jinja" import qssh with context -%}
{% set debian = grains["os_family"] == "Debian" -%}
{% set machine = grains["osarch"] -%}
{% set needs = ["openssh-client", "ssh-askpass-gnome", "libnotify4"] if debian else
    ["openssh-clients", "openssh-askpass", "libnotify"] -%}
qssh-needs:
  pkg.installed:
    - pkgs:
{%- for package in needs %}
      - {{ package }}
{%- endfor %}

qssh-packages:
  pkg.installed:
    - sources:
{%- if debian %}
      - qssh-common: salt://qssh/packages/qssh-common_{{ qssh.version }}-1_all.deb
      - qssh-client: salt://qssh/packages/qssh-client_{{ qssh.version }}-1_{{ machine }}.deb
      - qssh-vault: salt://qssh/packages/qssh-vault_{{ qssh.version }}-1_{{ machine }}.deb
{%- else %}
      - qssh-client: salt://qssh/packages/qssh-client-{{ qssh.version }}-1.{{ machine }}.rpm
      - qssh-vault: salt://qssh/packages/qssh-vault-{{ qssh.version }}-1.{{ machine }}.rpm
{%- endif %}
    - require:
      - pkg: qssh-needs
