"""The catalogues with which an empty system can import at once."""

from datetime import date

from django.db import migrations

TRAINING = [
    {
        "key": "form", "label": "形式", "label_en": "Form", "type": "choice",
        "choices": [
            ["online", "线上", "Online"], ["classroom", "集中授课", "Classroom"],
            ["case", "案例教学", "By case"], ["test", "以考促学", "By test"],
            ["drill", "实操演练", "Drill"],
        ],
    },
    {
        "key": "topic", "label": "主题", "label_en": "Topic", "type": "choice",
        "choices": [
            ["sign_language", "手语", "Sign language"],
            ["age_friendly", "适老服务", "Age-friendly service"],
            ["special_groups", "特殊群体服务", "Special groups"],
            ["etiquette", "服务礼仪", "Service etiquette"],
            ["skills", "业务技能", "Business skills"],
            ["complaints", "投诉处理", "Handling complaints"],
        ],
    },
]
LECTURE = [
    {
        "key": "topic", "label": "主题", "label_en": "Topic", "type": "choice",
        "choices": [
            ["fraud", "防范电信网络诈骗", "Against fraud"],
            ["cash", "反假货币", "Counterfeit money"],
            ["credit", "征信知识", "Credit records"],
            ["payments", "支付结算", "Payments"],
            ["wealth", "投资理财", "Savings and investment"],
            ["elderly", "老年人金融知识", "Finance for the elderly"],
            ["rights", "消费者权益保护", "Consumers' rights"],
        ],
    },
    {"key": "leaflets", "label": "发放资料份数", "label_en": "Leaflets handed out", "type": "integer"},
]
MOBILE = [
    {
        "key": "business", "label": "办理业务笔数", "label_en": "Transactions handled",
        "type": "integer",
    },
    {"key": "contact", "label": "对方联系单位", "label_en": "Received by"},
]
HOME_VISIT = [
    {
        "key": "business", "label": "办理业务", "label_en": "Service", "type": "choice",
        "choices": [
            ["account", "开户", "Opening an account"],
            ["social_security", "社保卡激活", "Activating a social-security card"],
            ["password", "密码重置", "Resetting a password"],
            ["pension", "养老金相关", "Pension"],
            ["other", "其他", "Other"],
        ],
    },
    {
        "key": "reason", "label": "服务对象", "label_en": "For whom", "type": "choice",
        "choices": [
            ["very_old", "高龄老人", "Very old"], ["ill", "重病患者", "Seriously ill"],
            ["disabled", "残障人士", "Disabled"], ["other", "其他", "Other"],
        ],
    },
]
CLEANING = [
    {
        "key": "areas", "label": "清洁区域", "label_en": "Areas cleaned",
    },
    {"key": "all_6s", "label": "6S 逐项完成", "label_en": "Every 6S item done", "type": "yes_no"},
]
MEETING = [{"key": "topic", "label": "晨会主题", "label_en": "Topic", "required": False}]

# code, Chinese, English, counts people, mobile, evidence, own fields
KINDS = [
    ("home_visit", "上门服务", "Home visit", False, False, "none", HOME_VISIT),
    ("lecture", "金融知识宣讲", "Financial knowledge lecture", False, False, "photo", LECTURE),
    ("customer_event", "客户活动", "Customer event", False, False, "photo", []),
    ("mobile_service", "移动金融服务", "Mobile financial service", False, True, "photo", MOBILE),
    ("customer_experience", "客户体验", "Customer experience", True, False, "sign_in", []),
    ("staff_experience", "员工体验", "Staff experience", True, False, "photo", []),
    ("training", "培训", "Training", True, False, "sign_in", TRAINING),
    ("morning_meeting", "晨会", "Morning meeting", False, False, "photo", MEETING),
    ("cleaning_day", "清洁日", "Cleaning day", False, False, "photo", CLEANING),
]

FEATURES = [
    ("nursing_room", "母婴室", "Mother-and-baby room"),
    ("child_care", "儿童看护", "Minding of children"),
    ("reading_corner", "阅读角", "Reading corner"),
    ("tea", "茶饮", "Tea"),
    ("government_services", "政务服务", "Government services"),
    ("social_security", "社保服务", "Social security services"),
    ("tax_services", "税务服务", "Tax services"),
    ("housing_fund", "住房公积金服务", "Housing fund services"),
    ("utilities", "水电燃气缴费", "Paying for utilities"),
    ("sign_language", "手语服务", "Sign language"),
    ("dialect", "方言服务", "Service in the local dialect"),
    ("foreign_languages", "外语服务", "Foreign languages"),
    ("green_channel", "绿色通道", "Priority for those in need"),
    ("health_check", "健康自测", "Measuring one's health"),
    ("first_aid", "急救设备", "First aid"),
    ("coffee", "咖啡吧", "Coffee corner"),
    ("red_library", "红色书屋", "Library of party history"),
    ("farm_products", "农产品展销", "Show of farm products"),
    ("pet_parking", "宠物寄放", "Place for pets"),
    ("charging", "手机充电", "Charging of telephones"),
    ("umbrellas", "爱心雨伞", "Umbrellas to borrow"),
    ("wheelchair", "轮椅借用", "Wheelchair to borrow"),
    ("self_photocopy", "便民复印", "Photocopies"),
    ("coin_exchange", "零钞兑换", "Change of small notes and coins"),
    ("night_service", "延时服务", "Late opening"),
    ("parking", "免费停车", "Free parking"),
]

SPECIALITIES = [
    ("inclusive_finance", "普惠金融", "Inclusive finance"),
    ("international", "国际业务", "International business"),
    ("rural", "三农", "Rural finance"),
    ("elderly", "适老", "Service for the elderly"),
    ("private_banking", "私人银行", "Private banking"),
    ("small_business", "小微企业", "Small businesses"),
    ("technology", "科技金融", "Technology finance"),
    ("green", "绿色金融", "Green finance"),
    ("military", "拥军", "Service for the army"),
    ("tourism", "文旅", "Culture and tourism"),
    ("pension", "养老金融", "Pension finance"),
    ("campus", "校园", "Campus"),
]


def seed(apps, schema_editor):
    kinds = apps.get_model("outreach", "ActivityKind")
    for place, (code, name, name_en, counts, mobile, evidence, fields) in enumerate(KINDS, 1):
        kinds.objects.get_or_create(
            code=code,
            defaults={
                "name": name, "name_en": name_en, "position": place, "counts_persons": counts,
                "is_mobile": mobile, "evidence": evidence, "extra_fields": fields,
            },
        )
    for model, lines in (("FeatureKind", FEATURES), ("SpecialityKind", SPECIALITIES)):
        rows = apps.get_model("outreach", model).objects
        for place, (code, name, name_en) in enumerate(lines, 1):
            rows.get_or_create(
                code=code, defaults={"name": name, "name_en": name_en, "position": place}
            )
    apps.get_model("outreach", "SampleRate").objects.get_or_create(
        valid_from=date(2000, 1, 1), defaults={"permille": 50}
    )


def unseed(apps, schema_editor):
    """Take back what nothing refers to; a code in use protects itself and stops the way back."""
    for model, lines in (
        ("ActivityKind", KINDS), ("FeatureKind", FEATURES), ("SpecialityKind", SPECIALITIES)
    ):
        rows = apps.get_model("outreach", model).objects
        rows.filter(code__in=[line[0] for line in lines]).delete()
    apps.get_model("outreach", "SampleRate").objects.filter(valid_from=date(2000, 1, 1)).delete()


class Migration(migrations.Migration):
    dependencies = [("outreach", "0001_initial")]

    operations = [migrations.RunPython(seed, unseed)]
