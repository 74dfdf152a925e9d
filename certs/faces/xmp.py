"""The metadata stream of a face (XMP). Source: ISO 19005-3:2012, 6.6; ISO 16684-1:2012."""

from datetime import UTC
from typing import Final
from xml.sax.saxutils import escape

from certs.faces.content import FaceContent

CREATOR: Final = "Yinxin"

_PACKET: Final = """\
<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<pdfaid:part>3</pdfaid:part>
<pdfaid:conformance>B</pdfaid:conformance>
<dc:format>application/pdf</dc:format>
<dc:language><rdf:Bag><rdf:li>zh-CN</rdf:li></rdf:Bag></dc:language>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<pdf:Keywords>{keywords}</pdf:Keywords>
<xmp:CreatorTool>{creator}</xmp:CreatorTool>
<xmp:CreateDate>{created_at}</xmp:CreateDate>
<xmp:ModifyDate>{created_at}</xmp:ModifyDate>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>"""


def write_xmp(content: FaceContent) -> bytes:
    """Return the metadata of a face; it says what the document information says."""
    instant = content.created_at.astimezone(UTC)
    packet = _PACKET.format(
        title=escape(content.title),
        author=escape(content.author),
        keywords=escape(content.identifier),
        creator=CREATOR,
        created_at=f"{instant.year:04d}-{instant:%m-%dT%H:%M:%SZ}",
    )
    return packet.encode()
