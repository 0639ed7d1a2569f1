"""What to say of a file that cannot be taken, of what was left out of it, and of what may be hard to read."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from portal.catalogue.field_types.blank import sentence
from portal.catalogue.texts import Text

FILE_MESSAGES: Mapping[str, Text] = MappingProxyType(
    {
        # nothing there
        "required_documents": sentence(
            "请选一份文件，再上传。没有文件，请选别的办法。",
            "请选照片，再上传。没有照片，请选别的办法。",
            "Choose a file and upload it. If there is none, choose another way.",
        ),
        "file_missing": sentence(
            "还没有选文件。请先选文件，再上传。",
            "还没有选照片。请先选，再上传。",
            "No file has been chosen. Choose a file, then upload it.",
        ),
        "file_one_at_a_time": sentence(
            "一次只能交一份。请先选一份，上传以后再选下一份。",
            "一次交一份。请先传一份，再传下一份。",
            "One file at a time. Choose one and upload it, then choose the next.",
        ),
        "file_empty": sentence(
            "这份文件是空的。请重新选一份，或者再拍一次。",
            "这份文件是空的。请再选一次，或者再拍一次。",
            "This file is empty. Choose another one or take the photo again.",
        ),
        # what it is
        "file_unknown_kind": sentence(
            "这种文件打不开。请拍照片，或者换成JPG、PNG、HEIC、PDF文件。",
            "这种文件打不开。请拍照片交给我们。",
            "This kind of file cannot be opened. Take a photo, or use a JPG, PNG, HEIC or PDF file.",
        ),
        "file_pictures_only": sentence(
            "这里只收照片。请换成照片。",
            "这里只收照片。请换照片。",
            "Only photos are taken here. Choose a photo.",
        ),
        "file_truncated": sentence(
            "文件没有传完整。请再选一次，或者再拍一次。",
            "文件没有传完。请再选一次，或者再拍一次。",
            "The file did not arrive whole. Choose it again or take the photo again.",
        ),
        "file_damaged": sentence(
            "文件坏了，打不开。请再拍一次，或者换一份。",
            "文件坏了。请再拍一次，或者换一份。",
            "The file is damaged and cannot be opened. Take the photo again or choose another file.",
        ),
        "file_encrypted": sentence(
            "文件有密码，打不开。请去掉密码再交，或者拍照片交。",
            "文件有密码。请拍照片交给我们。",
            "The file has a password. Remove the password, or send a photo instead.",
        ),
        "file_infected": sentence(
            "查到文件里有病毒，没有收下。请拍照片交，或者带到窗口。",
            "文件里有病毒。我们没有收。请拍照片交，或者带到窗口。",
            "A virus was found, and the file was not taken. Send a photo or bring it to the counter.",
        ),
        # how much it is
        "file_too_large": sentence(
            "文件太大，最大{max}MB。请用手机重新拍，或者分成几份交。",
            "文件太大了。最大{max}MB。请用手机再拍一次。",
            "The file is too large; at most {max} MB. Take a photo instead, or send it in parts.",
        ),
        "file_too_many_pages": sentence(
            "文件有{count}页，最多{max}页。请只交要看的几页，或者带到窗口。",
            "文件有{count}页。最多{max}页。请带到窗口。",
            "The file has {count} pages; at most {max}. Send only those needed, or bring it to the counter.",
        ),
        "file_too_many_pixels": sentence(
            "图片太大，打不开。请用手机重新拍一张。",
            "图片太大了。请用手机再拍一次。",
            "The picture is too large to open. Take a new photo.",
        ),
        "file_too_heavy": sentence(
            "文件太复杂，打不开。请拍照片交，或者带到窗口。",
            "文件打不开。请拍照片交，或者带到窗口。",
            "The file is too complex to open. Send a photo or bring it to the counter.",
        ),
        "file_too_many": sentence(
            "文件最多{max}份。请先删掉不用的，或者带到窗口。",
            "最多交{max}份。请删掉不用的，或者带到窗口。",
            "At most {max} files. Remove what is not needed, or bring the rest to the counter.",
        ),
        "file_total_too_large": sentence(
            "文件加起来太大，最多{max}MB。请先删掉不用的，或者带到窗口。",
            "加起来太大了。最多{max}MB。请删掉不用的，或者带到窗口。",
            "All files together are too large; at most {max} MB. Remove some, or bring them to the counter.",
        ),
        "file_reader_busy": sentence(
            "现在交文件的人太多。请过一分钟再交。",
            "现在交的人太多。请过一分钟再交。",
            "Too many people are sending files now. Try again in a minute.",
        ),
        # what was left out
        "file_was_moving": sentence(
            "这是会动的图片，我们只留了第一张。",
            "这张图会动。我们只留第一张。",
            "This picture moves; only its first image was kept.",
        ),
        "file_was_active": sentence(
            "文件里有会自己运行的内容，已经删掉，文字和图片都在。",
            "文件里有会动的东西。我们删掉了。字和图都在。",
            "The file held content that runs by itself. It was removed; text and pictures are all there.",
        ),
        # what may be hard to read
        "page_small": sentence(
            "图片有点小，字可能看不清。",
            "图片有点小。字可能看不清。",
            "The picture is small, so the print may be hard to read.",
        ),
        "page_blank": sentence("看起来是空白的。", "好像什么也没有。", "It looks empty."),
        "page_dark": sentence("看起来有点暗。", "有点黑。", "It looks rather dark."),
        "page_blurred": sentence("看起来有点模糊。", "有点看不清。", "It looks blurred."),
        "page_tilted": sentence("看起来是斜的。", "有点歪。", "It looks tilted."),
        "page_cut_left": sentence("左边可能没有拍全。", "左边可能没拍全。", "The left edge may be cut off."),
        "page_cut_right": sentence(
            "右边可能没有拍全。", "右边可能没拍全。", "The right edge may be cut off."
        ),
        "page_cut_top": sentence("上边可能没有拍全。", "上边可能没拍全。", "The top may be cut off."),
        "page_cut_bottom": sentence("下边可能没有拍全。", "下边可能没拍全。", "The bottom may be cut off."),
    }
)
