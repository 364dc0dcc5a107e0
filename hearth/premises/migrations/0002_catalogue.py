"""The catalogue of facilities to begin with; a network changes it on its page."""

from django.db import migrations

# code, name, English name, whether every outlet must have it, whether it is a ramp to measure
FACILITIES = [
    ("ramp", "无障碍坡道", "Wheelchair ramp", True, True),
    ("reading_glasses", "老花镜", "Reading glasses", True, False),
    ("drinking_water", "饮水设备", "Drinking water", True, False),
    ("courtesy_seats", "爱心座椅", "Courtesy seats", True, False),
    ("courtesy_counter", "爱心窗口", "Courtesy counter", True, False),
    ("phone_charger", "手机充电设备", "Phone charger", True, False),
    ("call_button", "求助呼叫按钮", "Call button at the door", True, False),
    ("magnifier", "放大镜", "Magnifier", True, False),
    ("first_aid_kit", "医药急救箱", "First-aid kit", True, False),
    ("umbrella", "便民雨伞", "Umbrellas to borrow", True, False),
    ("wheelchair", "轮椅", "Wheelchair to borrow", False, False),
    ("low_counter", "低位服务柜台", "Low counter", False, False),
    ("accessible_toilet", "无障碍卫生间", "Accessible toilet", False, False),
    ("accessible_parking", "无障碍停车位", "Accessible parking space", False, False),
    ("tactile_paving", "盲道", "Tactile paving", False, False),
    ("accessibility_sign", "无障碍标志", "Accessibility signs", False, False),
    ("hearing_aid", "助听设备", "Hearing aid to borrow", False, False),
    ("braille", "盲文服务指南", "Service guide in Braille", False, False),
    ("large_print", "大字版填单样例", "Forms in large print", False, False),
    ("crutch_holder", "拐杖放置架", "Holder for walking sticks", False, False),
    ("blood_pressure", "血压计", "Blood pressure meter", False, False),
    ("defibrillator", "自动体外除颤器", "Defibrillator (AED)", False, False),
    ("note_counter", "点验钞机", "Note counter for customers", False, False),
    ("wifi", "免费无线网络", "Free Wi-Fi", False, False),
]


def fill(apps, schema_editor):
    kinds = apps.get_model("premises", "FacilityKind").objects
    for position, (code, name, name_en, is_owed, is_ramp) in enumerate(FACILITIES, start=1):
        kinds.get_or_create(
            code=code,
            defaults={
                "name": name,
                "name_en": name_en,
                "duty": "all" if is_owed else "none",
                "is_ramp": is_ramp,
                "position": position * 10,
            },
        )


def clear(apps, schema_editor):
    kinds = apps.get_model("premises", "FacilityKind").objects
    kinds.filter(code__in=[row[0] for row in FACILITIES]).delete()


class Migration(migrations.Migration):
    dependencies = [("premises", "0001_initial")]

    operations = [migrations.RunPython(fill, clear)]
