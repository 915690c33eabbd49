# shellcheck shell=bash disable=SC2034 # read by image/build
PROGRAMS='bidroom bidroom-machine'
ESP_MIB=160
SLOT_MIB=300
VERITY_MIB=4
