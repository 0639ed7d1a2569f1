"""The fixed words of every letter, in each language. The words of one notice stand in the catalogue."""

from __future__ import annotations

from portal.catalogue.texts import Text

NUMBER = Text(zh="文号：", en="Number:")
REFERENCE = Text(zh="收件号：", en="Reference:")
ADDRESSEE = Text(
    zh="{name}：", en="{name}:", proxy_zh="{name}的代办人：", proxy_en="To the representative of {name}:"
)
NAMELESS = Text(zh="申请人", en="Applicant")

POINTS = Text(zh="要补的内容", easy="要补什么？", en="What is missing")
REASONS = Text(zh="原因", easy="为什么？", en="Reasons")
TO_SHOW = Text(zh="还要给我们看的材料", easy="还要给我们看什么？", en="What we still have to see")
NEXT = Text(zh="接下来", easy="接下来做什么？", en="What happens next")
LAW = Text(zh="依据", easy="按哪些规定？", en="Legal basis")
BASIS = Text(zh="依据：{law}", en="Legal basis: {law}")
REMEDIES = Text(zh="您不同意，可以怎么做", easy="您不同意，怎么办？", en="If you disagree")
CONTACT = Text(zh="联系我们", easy="找谁帮忙？", en="Contact")

ORIGINAL = Text(zh="原件还要看一次。", en="The original still has to be seen once.")
FILE_HERE = Text(
    zh="文件已经收到。原件还要看一次。",
    easy="文件收到了。\n原件还要看一次。",
    en="The file is here. The original still has to be seen once.",
)

OWN_WORDS = Text(zh="工作人员写给您的话：", en="From the officer, in Chinese:")
DEADLINE = Text(zh="期限：{deadline}。", easy="什么时候：{deadline}。", en="Time limit: {deadline}.")
UNVERIFIED = Text(zh="（这一条还没有核对原文）", easy="，这一条还没有核对", en=" (text not yet checked)")
EXPECTED = Text(zh="预计{date}", en="about {date}")

PHONE = Text(zh="电话：{phone}", en="Phone: {phone}")
TEXT_LINE = Text(zh="发短信：{phone}", en="Text message: {phone}")
ADDRESS = Text(zh="地址：{address}", en="Address: {address}")
HOURS = Text(zh="时间：{hours}", easy="什么时候开门：\n{hours}", en="Hours: {hours}")

SEAL = Text(zh="印章：{unit}", en="Seal: {unit}")
EXAMPLE = Text(zh="示例，无法律效力", easy="这是示例，不是真的通知", en="Example without legal effect")
DELIVERY_WAYS = {
    "account": Text(zh="放进您的账户", en="In your account"),
    "sms": Text(zh="发短信", en="Text message"),
    "mail": Text(zh="发电子邮件", en="E-mail"),
    "phone": Text(zh="打电话读给您听", en="Read to you on the phone"),
    "post": Text(zh="寄信", en="By post"),
    "desk": Text(zh="在窗口交给您", en="Handed over at the counter"),
    "committee": Text(
        zh="请村（社区）专职委员转交",
        easy="请村、社区的专职委员转交",
        en="Through the village or community liaison",
    ),
}
"""How a letter is given, as the addressee reads it."""

SUBJECT = Text(
    zh="{title}（收件号{reference}）",
    easy="{title}，收件号{reference}",
    en="{title} (reference {reference})",
)
