"""What is wrong in each negative case, for people: by the name that the case has in its table.

Each line: the case's name, and what is wrong, in Chinese; the English is the name itself, or
the third text where the name alone says too little.
"""

Line = tuple[str, str] | tuple[str, str, str]
FILE: tuple[Line, ...] = (
    ("empty", "空文件", "empty file"),
    ("text", "不是证照文件的文本", "text that is no document"),
    ("web page", "网页而非文件", "a web page in place of a file"),
    ("junk before", "PDF 之前有多余内容", "PDF with junk before it"),
    ("cut short", "文件被截断", "file cut short"),
    ("too large", "文件超过上限", "file over the limit"),
    ("more work than is allowed", "核验超出时间或内存限额"),
    ("OFD with bytes before it", "OFD 压缩包之前有多余字节"),
    ("signature listed twice", "签名列表中同一签名出现两次"),
    ("seal that is damaged", "印章文件损坏"),
    ("unsealed page", "没有任何签章的文件", "page that nobody sealed"),
    ("a line more", "盖章后追加了一行", "a line added after sealing"),
    ("a space more", "盖章后追加了一个空格", "a space added after sealing"),
    ("seal signature alone with a line more", "单独签章文件后追加了一行"),
    ("another range", "签名范围被移动一个字节", "byte range moved by one"),
    ("one bit", "改动一个比特", "one bit changed"),
    ("page changed after sealing", "盖章后页面被改动"),
    ("a license's file that nothing protects", "证照文件中有未受保护的内容"),
    ("a package with a byte more", "归档信息包多了一个字节", "archive package with a byte more"),
    ("the package of a case", "办件的归档信息包，并非证照", "archive package of a case"),
    ("copy that expired", "已到期的加注件", "annotated copy that expired"),
    ("copy that says nothing", "加注内容无法读取的加注件", "annotated copy that says nothing"),
)
SIGNATURES: tuple[Line, ...] = (
    ("two signatures", "自制照面含两个签名", "face of ours with two signatures"),
    ("a crowd of them", "上百个签名", "a hundred signatures"),
    ("no message", "签名内容不是签名消息", "signature that is no signed message"),
    ("no seal signature", "签名中缺少电子签章", "signature without a seal signature"),
    ("unreadable seal signature", "电子签章无法解析"),
    ("seal signature of another file", "电子签章取自另一文件"),
    ("seal signature whose value is forged", "电子签章的签名值系伪造"),
    ("seal signature without its document", "只有电子签章，没有原文"),
    ("seal signature with another document", "电子签章配以另一原文"),
    ("seal that does not list its signer", "印章未列出盖章所用证书"),
    ("forged seal", "伪造的印章"),
    ("seal not begun", "盖章时印章尚未生效", "seal used before it began"),
    ("another seal beside the value", "单独存放的印章与签章内的不同"),
    ("other times", "数字签名与电子签章的时间不同", "signature and seal of different times"),
    ("other signers", "数字签名与电子签章的签署者不同", "signature and seal by different signers"),
    ("digests by an unknown method", "摘要算法未知"),
    ("value that is missing", "缺少签名值", "signature value that is missing"),
    ("value without a certificate", "签名值不含证书", "signature value without a certificate"),
    ("value that nobody signed", "没有签署者的签名值", "signature value that nobody signed"),
    ("value of another algorithm", "国密以外的算法 (RSA)", "another algorithm (RSA)"),
    ("message over another file", "签名消息对应另一文件"),
    ("message without its document", "只有签名消息，没有原文"),
    ("message with another document", "签名消息配以另一原文"),
    ("timestamp of something else", "时间戳属于另一内容"),
)
_KINDS = (
    ("seal", "印章证书"),
    ("maker", "制章单位证书"),
    ("record", "数据签名证书"),
)
_LISTS = (
    ("missing", "吊销列表取不到"),
    ("stale", "吊销列表过期"),
    ("of tomorrow", "吊销列表来自未来"),
    ("forged", "吊销列表系伪造"),
    ("garbage", "吊销列表无法解析"),
)
CERTIFICATES: tuple[Line, ...] = (
    *(
        line
        for kind, zh in _KINDS
        for line in (
            (f"{kind} certificate of another region", f"{zh}属于另一地区"),
            (f"{kind} certificate for something else", f"{zh}用途不符"),
            (f"{kind} certificate that had ended", f"使用时{zh}已到期"),
            (
                f"{kind} certificate revoked before it was used: {kind}_certificate.path",
                f"使用前{zh}已被吊销",
                f"{kind} certificate revoked before it was used",
            ),
            (
                f"{kind} certificate revoked before it was used: {kind}_certificate.revocation",
                f"现在{zh}仍处于吊销状态",
                f"{kind} certificate still revoked now",
            ),
            (
                f"{kind} certificate revoked since",
                f"{zh}后来被吊销，没有可信时间",
                f"{kind} certificate revoked since, without trusted time",
            ),
        )
    ),
    *(
        (
            f"revocation list {how} for {kind}_certificate.revocation",
            f"{whose}的{zh}",
            f"revocation list {how}, for the {kind} certificate",
        )
        for kind, whose in _KINDS
        for how, zh in _LISTS
    ),
    *(
        (f"seal certificate revoked since, in the ledger {how}", f"印章证书后来被吊销，{zh}")
        for how, zh in (
            ("seen by nobody", "账本中的证照尚无其他地区见证"),
            ("seen after, which saves nothing", "其他地区在吊销之后才见到"),
            ("seen as another file", "账本所记是另一份文件"),
            ("with a proof that is none", "账本证明不成立"),
        )
    ),
    ("trusted time after the revocation", "可信时间晚于吊销"),
    ("message by somebody unknown", "签署者不为任何地区所担保"),
    ("message by a certificate for something else", "签名证书用途不符"),
    ("message by a certificate that had ended", "签名时证书已到期"),
    ("page signed at no time", "签名没有时间，证书已到期"),
    ("message signed at no time", "签名消息没有时间，证书已到期"),
    ("message by a certificate revoked before", "签名前证书已被吊销"),
    ("message by a certificate revoked before it was used", "签名时证书处于吊销状态"),
    ("message by a certificate revoked since", "签名证书后来被吊销"),
    ("message while no list is to be had", "取不到签名证书的吊销列表"),
)
RECORDS: tuple[Line, ...] = (
    ("no record", "照面内没有机器可读数据", "face without its record"),
    ("record swapped", "照面内的数据被换成另一份", "record of another license inside"),
    ("another identifier printed", "照面印刷的标识与数据不同"),
    ("page that nobody can read", "照面无法读取"),
    ("a name off by one", "照面印刷的名称差一字", "a name printed with one character wrong"),
    ("a longer validity printed", "照面印刷的有效期更长"),
    ("another name drawn by the template", "模板在照面上画出另一名称"),
    ("code of another record", "照面印有另一份数据的二维码", "code of another record on the face"),
    ("code of nothing", "照面的二维码不是证照二维码", "code on the face that is none of a license"),
    ("code signed by another key", "照面的二维码由另一密钥签署", "code on the face by another key"),
    ("sealed by another authority of the region", "由同地区另一机构盖章"),
    ("record signed by another authority of the region", "数据由同地区另一机构签名"),
    ("record without a signature", "数据没有签名"),
    ("record with another's signature", "数据配以另一份数据的签名"),
    ("record with a broken signature", "数据的签名残缺"),
    ("record signed for another issuer", "数据的签名者不是颁发机构"),
    ("license expired", "证照已过有效期", "license that expired"),
    ("region abolished before the day of issue", "行政区划代码在颁发日期之前已撤销"),
    ("region founded after the day of issue", "行政区划代码在颁发日期尚未启用"),
    ("license not begun", "证照有效期尚未开始", "license that has not begun"),
    ("face without a value, of a type that is not known", "照面缺一项，证照类型未知"),
)
CODES: tuple[Line, ...] = (
    ("text of nothing", "文字不是证照二维码", "text that is no code"),
    ("text without end", "文字过长", "text without end"),
    ("code cut short", "二维码内容残缺"),
    ("code of the window", "一次性亮证码，只能由窗口核销", "one-time code, for windows alone"),
    ("code with a flipped bit", "二维码内容配以另一证照的签名", "claims under another's signature"),
    ("code whose signer nobody publishes", "二维码的签署者无人公布"),
    ("code by a signer from elsewhere", "二维码由另一地区签署"),
    ("code signed by a service", "二维码由服务证书签署"),
    ("code of another issuer", "二维码由另一机构签署"),
    ("code whose signer is revoked", "二维码签署证书已被吊销"),
    ("code signer ended, and revoked after that", "签码证书到期后又被吊销"),
    ("code by a certificate of tomorrow", "签码证书尚未生效"),
    ("code without revocation lists", "取不到签码证书的吊销列表"),
    ("picture of nothing", "图片中没有二维码", "picture without a code"),
    ("picture of two codes", "图片中有两个证照二维码"),
    ("picture cut short", "图片残缺"),
    ("identifier mistyped", "证照标识输入有误"),
    ("identifier of a license that expired", "标识对应的证照已过有效期"),
    ("identifier of another system", "证照标识不合 GB/T 36904"),
    ("identifier of an unknown issuer", "标识的颁发机构无人担保"),
    ("code copied from a phone", "从持证人手机复制出来的离线亮证码"),
    ("code on another phone", "离线亮证码在另一部手机上出示"),
    ("picture of a phone", "离线亮证码的截图", "picture of a phone that showed its code"),
    ("phone of tomorrow", "出示时间在未来的离线亮证码", "phone whose clock is a day ahead"),
    ("code of yesterday", "已过期的离线亮证码", "offline code that has ended"),
    ("code of tomorrow", "制作时间在未来的离线亮证码", "offline code made in the future"),
    ("claims signed as a printed code", "签名用途不符的离线亮证码"),
    ("offline code of another issuer", "由另一机构签署的离线亮证码"),
    ("offline code cut short", "残缺的离线亮证码"),
)
ISSUERS: tuple[Line, ...] = (
    ("no trust list", "没有信任列表"),
    ("list ended", "信任列表过期", "trust list that has ended"),
    ("list of tomorrow", "信任列表尚未生效", "trust list of tomorrow"),
    (
        "region unknown, trust.region",
        "颁发地区不在信任列表中",
        "region that the list does not name",
    ),
    *(
        (
            f"region unknown, {kind}_certificate.path",
            f"没有地区为{zh}担保",
            f"{kind} certificate that no region stands behind",
        )
        for kind, zh in _KINDS
    ),
    ("issuer not named", "颁发机构未列入"),
    ("type not entitled", "颁发机构无权颁发该类证照", "type that the issuer may not issue"),
    ("issuer ended", "盖章时颁发机构已终止", "issuer that had ended"),
    ("issuer not-yet", "盖章时颁发机构尚未开始", "issuer that had not begun"),
    ("anchor withdrawn", "盖章时地区证书机构已停用", "region whose authority was withdrawn"),
)
STATUS: tuple[Line, ...] = (
    ("pending", "证照未激活", "license not activated yet"),
    ("suspended", "证照暂扣", "license suspended"),
    ("revoked", "证照吊销", "license revoked"),
    ("rescinded", "证照撤销", "license rescinded"),
    ("withdrawn", "证照撤回", "license withdrawn"),
    ("cancelled", "证照注销", "license cancelled"),
    ("void", "证照作废", "license void"),
    ("superseded", "证照被替代", "license superseded"),
    ("transferred", "证照转出", "license transferred"),
    ("never issued", "登记簿中没有的证照", "license that was never issued"),
    ("not begun there", "登记在册而尚未生效", "license registered and not begun"),
    ("another record there", "登记簿中是另一份数据", "another record in the register"),
    ("silent region", "颁发地区没有应答", "region that does not answer"),
    *(
        (f"answer with another {what}", f"应答的{zh}不符")
        for what, zh in (
            ("nonce", "随机数"),
            ("identifier", "证照标识"),
            ("region", "地区"),
            ("age", "时间过早"),
            ("clock", "时间在未来"),
        )
    ),
    ("answer of today about a day before it", "以今天的应答说明此前某日"),
    ("answer signed by the other region", "应答由另一地区签署"),
    ("answer signed by a service", "应答由服务证书签署"),
    ("answer signed by the seal", "应答由印章证书签署"),
    ("answer signed by an ended certificate", "应答由到期证书签署"),
    ("answer signed by a revoked certificate", "应答由已吊销证书签署"),
    ("answer altered", "应答被改动"),
    ("answer empty", "应答为空"),
    ("answer endless", "应答没有尽头"),
    ("answer deep", "应答嵌套过深"),
    ("answer no JSON", "应答不是 JSON", "answer that is no JSON"),
)
STATUS_LISTS: tuple[Line, ...] = (
    ("list: ended", "状态列表：已终止", "the list says: ended"),
    ("list: suspended", "状态列表：暂扣", "the list says: suspended"),
    ("list: superseded", "状态列表：被替代", "the list says: superseded"),
    ("list: ended, and the region says when", "状态列表：已终止，地区告知日期"),
    ("list: signed by a service", "状态列表由服务证书签署", "list signed by a service"),
    ("list: of a stranger", "状态列表由另一地区签署", "list signed by another region"),
    ("list: signer revoked", "状态列表签署证书已吊销", "list whose signer is revoked"),
    ("list: garbage", "状态列表无法解析", "list of garbage"),
    ("list: of another number", "另一编号的状态列表", "list of another number"),
    ("list: expired", "状态列表过期", "list that has expired"),
    ("list: of tomorrow", "状态列表来自未来", "list of tomorrow"),
    ("list: older than an office may rely on", "状态列表旧于窗口可依据的时限"),
)
SEALS: tuple[Line, ...] = (
    ("seal made", "印章尚未启用", "seal made and not enabled"),
    ("seal suspended", "盖章时印章暂停使用", "seal suspended when it was used"),
    ("seal revoked", "盖章时印章已撤销", "seal revoked when it was used"),
    ("seal destroyed", "盖章时印章已销毁", "seal destroyed when it was used"),
    ("seal of tomorrow", "盖章时印章尚未制作", "seal made after it was used"),
    ("seal never registered", "印章未登记"),
    ("seal of another making", "登记的是同编码的另一印章", "another seal under the code"),
    ("seal asked about with another nonce", "印章状态应答的随机数不符"),
    ("seal's answer too old for the moment asked about", "印章状态应答过旧"),
    ("seal that nobody answers for", "无人应答印章状态"),
    ("seal that somebody else answers for", "印章状态由无权者应答"),
    *(
        (f"silent region, seal listed as {state} before it was used", f"印章公告：使用前{zh}")
        for state, zh in (("suspended", "已暂停"), ("revoked", "已撤销"), ("destroyed", "已销毁"))
    ),
    ("silent region, revocation dated back before the use", "印章公告：撤销追溯至使用之前"),
    ("silent region, seal listed as made later", "印章公告：使用之后才制作"),
    ("silent region, seal listed as made and no more", "印章公告：从未启用"),
    ("silent region, seal not listed", "印章公告中没有该印章"),
    ("silent region, other seal listed under the code", "印章公告中是另一印章"),
    ("silent region, older bulletin, seal revoked for good", "较早的公告：印章已撤销"),
    ("silent region, older bulletin, other seal under the code", "较早的公告：另一印章"),
    ("silent region, older bulletin, seal suspended", "较早的公告：印章暂停，此后不明"),
    ("silent region, older bulletin, seal made and no more", "较早的公告：未启用，此后不明"),
    ("silent region, older bulletin, seal not listed", "较早的公告：没有该印章，此后不明"),
    ("silent region, seal used in the future", "盖章时间在未来"),
    ("silent region, no bulletin", "没有印章公告"),
    ("silent region, bulletin signed by another region", "印章公告由另一地区签署"),
    ("silent region, bulletin signed by the service", "印章公告由服务证书签署"),
    ("silent region, bulletin signed with an ended certificate", "印章公告由到期证书签署"),
    ("silent region, bulletin about another region", "另一地区的印章公告"),
    ("silent region, bulletin that has ended", "印章公告过期"),
    ("silent region, bulletin of tomorrow", "印章公告来自未来"),
    ("silent region, bulletin altered", "印章公告被改动"),
    ("silent region, bulletin truncated", "印章公告残缺"),
    ("silent region, bulletin empty", "印章公告为空"),
    ("silent region, bulletin endless", "印章公告没有尽头"),
    ("silent region, bulletin deep", "印章公告嵌套过深"),
    ("silent region, answer in place of the bulletin", "以单个应答冒充公告"),
)
