//! Addresses that are not public, in every way they can be written, and names that lead to them.

/// Hosts that must never be asked.
const HOSTS: &[&str] = &[
    // This machine.
    "127.0.0.1",
    "127.1",
    "127.0.1",
    "127.0.0.1.",
    "127.255.255.254",
    "2130706433",
    "0x7f000001",
    "0x7F.1",
    "0x7f.0x0.0x0.0x1",
    "0177.0.0.1",
    "017700000001",
    "0177.1",
    "00000177.00.00.01",
    "127.0x0.1",
    "0",
    "0.0.0.0",
    "0x0",
    "00.0",
    "①②⑦.⓪.⓪.①",
    "１２７.０.０.１",
    "127。0。0。1",
    "127%2e0%2e0%2e1",
    "%31%32%37.0.0.1",
    "[::1]",
    "[::]",
    "[0:0:0:0:0:0:0:1]",
    "[0000::0001]",
    "localhost",
    "LOCALHOST",
    "localhost.",
    "LoCaLhOsT.",
    // The same inside IPv6.
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[0:0:0:0:0:ffff:7f00:0001]",
    "[::127.0.0.1]",
    "[::7f00:1]",
    "[::ffff:0:127.0.0.1]",
    "[64:ff9b::127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[64:ff9b:1::7f00:1]",
    "[2002:7f00:1::]",
    "[2002:7f00:1::1]",
    "[2001:0:7f00:1::]",
    // Private networks, and the metadata of clouds.
    "10.0.0.1",
    "10.255.255.255",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.0.1",
    "192.168.255.255",
    "169.254.169.254",
    "0xa9fea9fe",
    "2852039166",
    "0251.0376.0251.0376",
    "[::ffff:a9fe:a9fe]",
    "[fd00:ec2::254]",
    "[fe80::1]",
    "[febf::1]",
    "[fc00::1]",
    "[fdff::1]",
    "[fec0::1]",
    // Reserved for other ends.
    "100.64.0.1",
    "100.127.255.255",
    "100.100.100.200",
    "192.0.0.1",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "0.1.2.3",
    "[ff02::1]",
    "[100::1]",
    "[2001::1]",
    "[2001:1ff::1]",
    "[2001:db8::1]",
    "[3fff::1]",
    "[3fff:fff::1]",
    "[5f00::1]",
    "[64:ff9b::808:808]",
    "[2002:808:808::1]",
    "[4000::1]",
    "[::2]",
];

/// Whole addresses with tricks outside the host.
const TRICKS: &[&str] = &[
    "http:\\\\127.0.0.1:{}/",
    "http:/127.0.0.1:{}/",
    "http:127.0.0.1:{}/",
    "hTTp://127.0.0.1:{}/",
    "http://127.0.0.1:{}\\@public.example/",
    "http://127.0.0.1:{}#@public.example/",
    "http://127.0.0.1:{}?@public.example/",
    "http://public.example@127.0.0.1:{}/",
    "http://public.example:80@127.0.0.1:{}/",
    "http://a:b@127.0.0.1:{}/",
    "http://@127.0.0.1:{}/",
    " http://127.0.0.1:{}/",
    "http://127.0.0.1\t:{}/",
    "http://127.0.\n0.1:{}/",
    "http://127.0.0.1:000{}/",
    "http://[::1%25lo]:{}/",
    "http://[::ffff:127.0.0.1%25]:{}/",
    "https://127.0.0.1:{}/",
    "ftp://127.0.0.1:{}/",
    "file://127.0.0.1:{}/etc/passwd",
    "gopher://127.0.0.1:{}/_x",
    "data:text/html,x{}",
    "javascript:alert({})",
    "ws://127.0.0.1:{}/",
    "http://127.0.0.1:22/{}",
    "http://192.0.1.1:6379/{}",
    "http://192.0.1.1:25/{}",
];

/// Addresses that must not be asked; where they name a port, it is the trap's.
pub(super) fn of_private(port: u16) -> Vec<String> {
    let of_host = HOSTS
        .iter()
        .map(|host| format!("http://{host}:{port}/x.jpg"));
    let of_trick = TRICKS
        .iter()
        .map(|trick| trick.replace("{}", &port.to_string()));
    of_host.chain(of_trick).collect()
}

/// What a name resolves to, time after time: never anything that may be connected to.
pub(super) fn names() -> Vec<Vec<Vec<String>>> {
    let list = |ips: &[&str]| {
        ips.iter()
            .map(|ip| (*ip).to_owned())
            .collect::<Vec<String>>()
    };
    // Nobody's: reserved by the registry, never given out, yet not in a special range.
    let nobody = "192.0.1.1";
    let many: Vec<String> = (0..40).map(|at| format!("127.0.1.{at}")).collect();
    vec![
        vec![list(&["127.0.0.1"])],
        vec![list(&["::1"])],
        vec![list(&["::ffff:127.0.0.1"])],
        vec![list(&["64:ff9b::7f00:1"])],
        vec![list(&["10.0.0.1", "127.0.0.1", "::1", "fe80::1"])],
        vec![list(&[nobody, "127.0.0.1"])],
        vec![list(&["127.0.0.1", nobody])],
        vec![list(&[nobody]), list(&["127.0.0.1"])],
        vec![list(&[nobody]), list(&[nobody]), list(&["127.0.0.1"])],
        vec![list(&["127.0.0.1"]), list(&[nobody]), list(&["::1"])],
        vec![many.clone()],
        vec![list(&[nobody]), many],
        vec![list(&["0.0.0.0"])],
        vec![list(&[])],
    ]
}
