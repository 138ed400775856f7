"""Every way that a page may try into the network of whoever looks at it, one by one, each under a name of its own.

`WAYS` are pieces of a page; `HOSTS` are the forms in which this machine's own numbers can be dressed up, and numbers
and names of other places that are nobody's business. `page` puts all of them on one page. `Watch` is the port that must
never be reached: it notes who came, over TCP and UDP, on every number of this machine.
"""

import socket
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from hard_site import HARD, Site

from forethought.capture.dialling import Lines

#: {to} is the watched port as an address, {at} the same without its scheme, {way} the name of the way.
WAYS: dict[str, str] = {
    "img": "<img src={to}/{way}>",
    "img_srcset": "<img srcset='{to}/{way} 1x, {to}/{way} 2x'>",
    "picture_source": "<picture><source srcset={to}/{way}><img></picture>",
    "svg_image": "<svg><image href={to}/{way} width=9 height=9 /></svg>",
    "svg_fe_image": "<svg width=9 height=9><filter id=fe><feImage href={to}/{way} /></filter>"
    "<rect width=9 height=9 filter=url(#fe) /></svg>",
    "svg_use": "<svg width=9 height=9><use href={to}/{way}#a /></svg>",
    "input_image": "<input type=image src={to}/{way}>",
    "background_attribute": "<table background={to}/{way}><tr><td>x</table>",
    "css_background": "<p style='background:url({to}/{way})'>x</p>",
    "css_image_set": "<p style='background:image-set(url({to}/{way}) 1x)'>x</p>",
    "css_list": "<ul style='list-style-image:url({to}/{way})'><li>x</ul>",
    "css_content": "<style>#cc::before{{content:url({to}/{way})}}</style><p id=cc>x</p>",
    "css_mask": "<p style='mask-image:url({to}/{way})'>x</p>",
    "css_border": "<p style='border:9px solid;border-image:url({to}/{way}) 1'>x</p>",
    "css_cursor": "<p style='cursor:url({to}/{way}),auto'>x</p>",
    "css_import": "<style>@import url({to}/{way});</style>",
    "css_font": "<style>@font-face{{font-family:ff;src:url({to}/{way})}}</style><p style='font-family:ff'>x</p>",
    "stylesheet": "<link rel=stylesheet href={to}/{way}>",
    "icon": "<link rel=icon href={to}/{way}>",
    "preload": "<link rel=preload as=script href={to}/{way}>",
    "module_preload": "<link rel=modulepreload href={to}/{way}>",
    "prefetch": "<link rel=prefetch href={to}/{way}>",
    "preconnect": "<link rel=preconnect href={to}>",
    "dns_prefetch": "<link rel=dns-prefetch href=//{at}>",
    "manifest": "<link rel=manifest href={to}/{way}>",
    "script": "<script src={to}/{way}></script>",
    "script_module": "<script type=module src={to}/{way}></script>",
    "import_map": '<script type=importmap>{{"imports":{{"im":"{to}/{way}"}}}}</script>'
    "<script type=module>import('im').catch(() => 0)</script>",
    "dynamic_import": "<script>import('{to}/{way}').catch(() => 0)</script>",
    "iframe": "<iframe src={to}/{way}></iframe>",
    "iframe_srcdoc": "<iframe srcdoc='<img src={to}/{way}>'></iframe>",
    "iframe_blob": "<script>document.body.append(Object.assign(document.createElement('iframe'), "
    "{{src: URL.createObjectURL(new Blob(['<img src={to}/{way}>'], {{type: 'text/html'}}))}}))</script>",
    "iframe_sandbox": "<iframe sandbox=allow-scripts srcdoc=\"<script>fetch('{to}/{way}',"
    "{{mode:'no-cors'}})</script>\"></iframe>",
    "object": "<object data={to}/{way}></object>",
    "embed": "<embed src={to}/{way}>",
    "audio": "<audio src={to}/{way} preload=auto></audio>",
    "video": "<video src={to}/{way} preload=auto></video>",
    "poster": "<video poster={to}/{way}></video>",
    "track": "<video crossorigin src=/film.webm><track default kind=captions src={to}/{way}></video>",
    "meta_refresh": "<iframe srcdoc=\"<meta http-equiv=refresh content='0;url={to}/{way}'>\"></iframe>",
    "location": "<iframe srcdoc=\"<script>location.href='{to}/{way}'</script>\"></iframe>",
    "form_get": "<iframe name=fg></iframe><form id=fg action={to}/{way} target=fg></form><script>fg_.submit()</script>",
    "form_post": "<iframe name=fp></iframe><form id=fp_ method=post action={to}/{way} target=fp></form>"
    "<script>fp_.submit()</script>",
    "window_open": "<script>window.open('{to}/{way}')</script>",
    "ping": "<iframe name=pp></iframe><a id=pp_ href=about:blank ping={to}/{way}"
    " target=pp>x</a><script>pp_.click()</script>",
    "download": "<iframe srcdoc='<a id=d href={to}/{way} download>x</a><script>d.click()</script>'></iframe>",
    "beacon": "<script>navigator.sendBeacon('{to}/{way}', 'x')</script>",
    "fetch": "<script>fetch('{to}/{way}', {{mode: 'no-cors'}}).catch(() => 0)</script>",
    "fetch_preflight": "<script>fetch('{to}/{way}', {{method: 'PUT', headers: {{x: 'y'}}}}).catch(() => 0)</script>",
    "fetch_keepalive": "<script>fetch('{to}/{way}', {{mode: 'no-cors', keepalive: true}}).catch(() => 0)</script>",
    "fetch_cached": "<script>fetch('{to}/{way}', {{mode: 'no-cors', cache: 'force-cache'}}).catch(() => 0)</script>",
    "xhr": "<script>{{const x = new XMLHttpRequest(); x.open('POST', '{to}/{way}'); x.send('x')}}</script>",
    "event_source": "<script>new EventSource('{to}/{way}')</script>",
    "websocket": "<script>new WebSocket('ws://{at}/{way}')</script>",
    "websocket_secured": "<script>new WebSocket('wss://{at}/{way}')</script>",
    "web_transport": "<script>try {{ new WebTransport('https://{at}/{way}').ready.catch(() => 0)"
    " }} catch (e) {{}}</script>",
    "https": "<img src=https://{at}/{way}>",
    "worker_fetch": "<script>new Worker(URL.createObjectURL(new Blob([\"fetch('{to}/{way}',"
    "{{mode:'no-cors'}})\"])))</script>",
    "worker_import": "<script>new Worker(URL.createObjectURL(new Blob([\"importScripts('{to}/{way}')\"])))</script>",
    "shared_worker": "<script>new SharedWorker(URL.createObjectURL(new Blob([\"fetch('{to}/{way}',"
    "{{mode:'no-cors'}})\"])))</script>",
    "service_worker": "<script>navigator.serviceWorker?.register('/sw.js')</script>",
    "paint_worklet": "<script>CSS.paintWorklet?.addModule('{to}/{way}').catch(() => 0)</script>",
    "audio_worklet": "<script>new AudioContext().audioWorklet?.addModule('{to}/{way}').catch(() => 0)</script>",
    "speculation_prefetch": '<script type=speculationrules>{{"prefetch":[{{"urls":["{to}/{way}"],"eagerness":'
    '"immediate"}}]}}</script>',
    "speculation_prerender": '<script type=speculationrules>{{"prerender":[{{"urls":["{to}/{way}"],'
    '"eagerness":"immediate"}}]}}</script>',
    "csp_report": "<iframe src=/reports></iframe>",
    "link_header": "<iframe src=/linked></iframe>",
    "refresh_header": "<iframe src=/refreshed></iframe>",
    "redirect": "<img src=/moved-there/{way}>",
    "redirect_307": "<script>fetch('/moved-with-body/{way}', {{method: 'POST', body: 'x', mode:"
    " 'no-cors'}}).catch(() => 0)</script>",
    "redirect_frame": "<iframe src=/moved-there/{way}></iframe>",
    "alt_svc": "<img src=/elsewhere/{way}>",
    "stun": "<script>{{const p = new RTCPeerConnection({{iceServers: [{{urls: 'stun:{at}'}}]}});"
    "p.createDataChannel('x'); p.createOffer().then(o => p.setLocalDescription(o))}}</script>",
    "turn_tcp": "<script>{{const p = new RTCPeerConnection({{iceServers: [{{urls: 'turn:{at}?transport=tcp',"
    "username: 'a', credential: 'b'}}]}}); p.createDataChannel('x');"
    "p.createOffer().then(o => p.setLocalDescription(o))}}</script>",
    "ice_candidate": "<script>{{const p = new RTCPeerConnection(); p.createDataChannel('x');"
    "p.createOffer().then(async o => {{ await p.setLocalDescription(o);"
    "await p.setRemoteDescription({{type: 'answer', sdp: o.sdp.replace('actpass', 'active')}}).catch(() => 0);"
    "p.addIceCandidate({{candidate: 'candidate:1 1 udp 1 {host} {port} typ host', sdpMid: '0'}})"
    ".catch(() => 0) }})}}</script>",
    "ftp": "<iframe src=ftp://{at}/{way}></iframe>",
    "file": "<iframe src=file:///proc/self/environ></iframe><img src=file:///etc/hostname>",
    "filesystem": "<iframe src=filesystem:{to}/temporary/{way}></iframe>",
    "credentials": "<img src=http://hard.example.org@{at}/{way}>",
    "fetch_local": "<script>fetch('{to}/{way}', {{mode: 'no-cors', targetAddressSpace:"
    " 'loopback'}}).catch(() => 0)</script>",
}
WAYS["form_get"] = WAYS["form_get"].replace("id=fg ", "id=fg_ ")

#: Where the same machine, or another inside, is asked for by another name. {port} is the watched one.
HOSTS = (
    "127.0.0.1", "localhost", "127.1", "127.0.1", "0", "0.0.0.0", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1",
    "127.0.0.1.", "localhost.", "a.localhost", "127.255.255.254", "[::1]", "[::]", "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:127.0.0.1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]", "[fe80::1]", "[fd00::1]",
    "10.0.0.1", "192.168.0.1", "172.16.0.1", "100.64.0.1", "169.254.169.254", "metadata.google.internal",
    "\uff11\uff12\uff17.\uff10.\uff10.\uff11", "\u2460\u2461\u2466.0.0.1", "printer.local", "{own}",
    "inner.example.org", "mixed.example.org", "six.example.org", "mapped.example.org", "nat64.example.org",
    "rebound.example.org",
)  # fmt: skip

#: Names of the site's own choosing, and what its name server says of them. The last one changes its mind.
ANSWERS: dict[str, list[str]] = {
    "inner.example.org": ["127.0.0.1"],
    "mixed.example.org": ["93.184.216.34", "127.0.0.1"],
    "six.example.org": ["::1"],
    "mapped.example.org": ["::ffff:127.0.0.1"],
    "nat64.example.org": ["64:ff9b::7f00:1"],
}

#: Everything but the page itself goes past the way out, if it can. The browser's own care is switched off as well.
PAST_US = (
    "--proxy-pac-url=data:application/x-ns-proxy-autoconfig,function FindProxyForURL(u,h)"
    f"{{return h=='{HARD}'?'PROXY 127.0.0.1:3128':'DIRECT'}}",
    "--force-webrtc-ip-handling-policy=default",
    "--webrtc-ip-handling-policy=default",
    "--disable-features=LocalNetworkAccessChecks,BlockInsecurePrivateNetworkRequests",
)

#: How many ways there are in all.
COUNT = len(WAYS) + len(HOSTS)


def own_number() -> str:
    """This machine's own number among its neighbours. Nothing is sent to find it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        try:
            asked.connect(("192.0.2.1", 9))
        except OSError:
            return "127.0.0.1"
        return str(asked.getsockname()[0])


def page(port: int) -> bytes:
    """Everything on one page. What a page must not do to itself, such as going elsewhere, it does in frames."""
    at = f"127.0.0.1:{port}"
    ways = [piece.format(to=f"http://{at}", at=at, host="127.0.0.1", port=port, way=way) for way, piece in WAYS.items()]
    own = own_number()
    ways += [
        f"<script>fetch('http://{host}:{port}/host-{number}', {{mode: 'no-cors'}}).catch(() => 0)</script>"
        # A site's usual ports, which the way out does not refuse for being unusual.
        f"<img src=http://{host}/host-{number}><img src=https://{host}/host-{number}>"
        for number, host in enumerate(one.format(own=own) for one in HOSTS)
    ]
    return f"<!doctype html><title>Ways</title><body><p>trying</p>{''.join(ways)}".encode()


def serve(site: Site, port: int) -> None:
    """Put the page, and what it needs of its own site, on a site."""
    to = f"http://127.0.0.1:{port}"
    body = page(port)
    html = "text/html; charset=utf-8"
    site.more |= {
        "/ways": lambda handler: handler.give(200, html, body),
        "/sw.js": lambda handler: handler.give(
            200, "text/javascript", f"fetch('{to}/service_worker', {{mode: 'no-cors'}}).catch(() => 0)".encode()
        ),
        "/reports": lambda handler: handler.give(
            200, html, b"<img src=/picture.png>",
            Content_Security_Policy=f"img-src 'none'; report-uri {to}/csp_report", NEL='{"report_to":"x","max_age":9}',
            Report_To=f'{{"group":"x","max_age":9,"endpoints":[{{"url":"{to}/report_to"}}]}}',
        ),
        "/linked": lambda handler: handler.give(
            200, html, b"x", Link=f"<{to}/link_header>; rel=preload; as=image, <{to}>; rel=preconnect"
        ),
        "/refreshed": lambda handler: handler.give(200, html, b"x", Refresh=f"0;url={to}/refresh_header"),
        **{f"/moved-there/{way}": _moved(302, f"{to}/{way}") for way in ("redirect", "redirect_frame")},
        "/moved-with-body/redirect_307": _moved(307, f"{to}/redirect_307"),
        "/elsewhere/alt_svc": lambda handler: handler.give(
            200, "text/plain", b"x", Alt_Svc=f'h2="127.0.0.1:{port}"; ma=60, h3=":{port}"; ma=60'
        ),
    }  # fmt: skip


def lines_to(site: Site, watch: "Watch") -> Lines:
    """The ways to the site; every other number leads to the watched port, should anybody dial it."""
    minds = iter([["93.184.216.34"]])

    def resolve(host: str) -> Sequence[str]:
        if host == "rebound.example.org":
            return next(minds, ["127.0.0.1"])
        return ANSWERS.get(host) or site.resolve(host)

    def dial(number: str, port: int, seconds: float) -> socket.socket:
        return socket.create_connection(("127.0.0.1", site.ways.get((number, port), watch.port)), seconds)

    return Lines(resolve=resolve, dial=dial, roots=site.ca.pem)


def _moved(status: int, to: str) -> Callable[[Any], None]:
    return lambda handler: handler.give(status, "text/plain", b"", Location=to)


class Watch:
    """A port on every number of this machine that nobody may ever reach. `seen` says who came, and what they asked."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self._both = socket.create_server(("::", 0), family=socket.AF_INET6, dualstack_ipv6=True, backlog=128)
        self.port: int = self._both.getsockname()[1]
        self._udp = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
        self._udp.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        self._udp.bind(("::", self.port))
        for work in (self._accept, self._hear):
            threading.Thread(target=work, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                came, _ = self._both.accept()
                threading.Thread(target=self._answer, args=(came,), daemon=True).start()

    def _answer(self, came: socket.socket) -> None:
        came.settimeout(5)
        said = b""
        with suppress(OSError), came:
            said = came.recv(2000)
            came.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        self.seen.append(said.split(b"\r\n")[0].decode("latin-1") or "nothing")

    def _hear(self) -> None:
        with suppress(OSError):
            while True:
                self._udp.recvfrom(2000)
                self.seen.append("udp")

    def ways(self) -> set[str]:
        """Which of the ways led here, as far as they say so by the path they asked for."""
        return {way for way in WAYS for line in self.seen if f"/{way} " in line or f"/{way}?" in line}

    def stop(self) -> None:
        self._both.close()
        self._udp.close()
