# 2025-11-18 09:10:00 by RouterOS 7.16
# model = example
/interface bridge
add name=bridge1 vlan-filtering=yes
/interface vlan
add interface=bridge1 name=vlan40 vlan-id=40
add interface=bridge1 name=vlan60 vlan-id=60
/interface bridge port
add bridge=bridge1 comment="to the host" interface=ether6 pvid=60
add bridge=bridge1 interface=ether7 pvid=60
add bridge=bridge1 interface=ether2 pvid=40
/interface bridge vlan
add bridge=bridge1 tagged=bridge1,ether6,ether7 vlan-ids=40
add bridge=bridge1 tagged=bridge1 untagged=ether6,ether7 vlan-ids=60
/ip address
add address=192.168.40.1/24 interface=vlan40 network=192.168.40.0
add address=192.168.60.1/24 interface=vlan60 network=192.168.60.0
/ip dhcp-server network
add address=192.168.40.0/24 comment="the children's devices, \
    all of them" dns-server=192.168.40.2 gateway=192.168.40.1
add address=192.168.60.0/24 dns-server=192.168.60.2 gateway=192.168.60.1
add address=192.168.90.0/24 dns-server=203.0.113.53 gateway=192.168.90.1
