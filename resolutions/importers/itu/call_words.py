"""The words that calls are made of, in the six languages of the ITU. `lexicon` puts them together.

A call is a verb line: `considering further`, `instructs the Director of TSB`, `resolves to invite Member States`. Items are separated by
commas and are regular expressions over lower-case text; "~" in a verb is a place where an adverb may stand (`ayant également à l'esprit`).
Seen in published texts, and put together from such: `tests/resolutions/docx/calls.yaml` says which. To be checked by speakers.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class CallWords:
    """What the calls of one language are made of.

    preamble, operative   verbs; a noun or an everyday verb may be among them (`demande`, `предлагает`), for an addressee must follow
    decisions             verbs without an addressee, which go on with an infinitive or stand alone: `resolves`
    before, after         adverbs before and after a verb, and what is said with one (`with satisfaction`)
    conjunction           joins two verbs
    infinitives           what a verb may go on to: `resolves` *to instruct*
    tails                 words with which the line of a preamble may end after its verb: `recognizing` *that*
    links                 words between an operative verb and its addressee, or the end of the line: `resolves` *that* study groups
    addressees            what an addressee is, as the last word of its name
    not_before_addressee  words that cannot stand between a verb and its addressee: `requests` *for* …
    """

    preamble: str
    operative: str
    decisions: str
    before: str
    after: str
    conjunction: str
    infinitives: str
    tails: str
    links: str
    addressees: str
    not_before_addressee: str = ""


ENGLISH = CallWords(
    preamble="""
        considering, recalling, recogni[sz]ing, noting, taking~ into account, taking~ into consideration, taking~ note,
        bearing~ in mind, keeping~ in mind, having~ in mind, mindful, aware, conscious, cognizant, emphasi[sz]ing,
        stressing, underlining, underscoring, highlighting, affirming, reaffirming, reiterating, confirming, acknowledging,
        convinced, concerned, alarmed, encouraged, determined, welcoming, appreciating, commending, regretting, observing,
        guided by, desiring, wishing, hoping, believing, understanding, reali[sz]ing, in view, in the light, pursuant,
        having regard,
        having~ (?:considered|examined|studied|reviewed|noted|heard|received|adopted|taken note|taken into account),
        expressing (?:its )?(?:deep )?(?:concern|appreciation|gratitude|satisfaction)
    """,
    operative="""
        instructs, invites, requests, urges, encourages, calls upon, calls on, recommends, appeals to, appeals,
        authori[sz]es, directs, entrusts, mandates, declares, approves, endorses, agrees, confirms, welcomes, commends,
        congratulates, thanks, expresses (?:its )?(?:deep |sincere )?(?:appreciation|gratitude|thanks|satisfaction)
    """,
    decisions="resolves, decides",
    before="further, also, again, once again, fully, deeply, gravely, strongly, being",
    after="""
        further, also, again, once again, in addition, in particular, moreover, however, nevertheless, strongly, likewise,
        as well,
        with (?:deep |great |grave |particular )?(?:appreciation|satisfaction|concern|interest|regret|gratitude|pleasure|alarm)
    """,
    conjunction=" and ",
    infinitives=(
        "to (?:continue to )?(?:instruct|invite|request|urge|encourage|recommend|authori[sz]e|direct|entrust|ask"
        "|call upon|call on|appeal to)"
    ),
    tails="that, of, to, the following, the fact, the fact that, of the fact, of the fact that, in this regard",
    links="that, to",
    addressees=r"""
        directors?, secretary-general, secretariats?, councils?, bureaux?, boards?, member states?, members, membership,
        sectors?, study groups?, groups?, committees?, chair(?:s|m[ae]n|persons?)?, administrations?, conferences?,
        assembl(?:y|ies), organi[sz]ations?, countries, governments, authorities, regulators, agencies, operators,
        associates, academia, entities, bodies, institutions, stakeholders, parties, participants, community, union,
        industry, nations, bank, vendors, manufacturers, tsb, br, bdt, tsag, rag, tdag, itu, itu-[trd], wrc(?:-\d+)?,
        wtsa(?:-\d+)?, wtdc(?:-\d+)?
    """,
    not_before_addressee="""
        of, for, to, from, in, between, among, with, by, on, at, into, over, and, or, is, are, received, which, that
    """,
)

FRENCH = CallWords(
    preamble=r"""
        considérant, rappelant, reconnaissant, notant, prenant~ en considération, prenant~ en compte,
        prenant~ (?:note|acte), tenant~ compte, compte tenu, eu égard, gardant~ (?:présent )?à l'esprit,
        ayant~ (?:présent )?à l'esprit, conscient(?:e|s|es)?, soulignant, insistant, mettant~ l'accent, affirmant,
        réaffirmant, réitérant, confirmant, convaincue?, persuadée?, préoccupée?, inquiète, alarmée, résolue, déterminée,
        désireuse, désireux, souhaitant, se félicitant, se référant, saluant, constatant, relevant, estimant, observant,
        sachant, guidée par, accueillant~ avec (?:satisfaction|intérêt), exprimant (?:sa|son) \w+,
        ayant~ (?:examiné|étudié|considéré|noté|entendu|reçu|pris note|pris connaissance|pris en considération)
    """,
    operative="""
        charge, invite, prie, demande, encourage, exhorte, engage, recommande, autorise, lance un appel, fait appel,
        appelle l'attention, attire l'attention, appelle, donne pour instruction, donne instruction, confie, sollicite,
        enjoint, mandate, incite, déclare, convient, approuve, félicite, remercie,
        exprime (?:sa|ses) (?:profonde |vive )?(?:gratitude|reconnaissance|satisfaction|remerciements)
    """,
    decisions="décide",
    before="pleinement, profondément, vivement, gravement, par ailleurs, en outre",
    after="""
        en outre, également, de plus, aussi, par ailleurs, en particulier, notamment, toutefois, cependant, néanmoins,
        enfin, encore, de nouveau, à nouveau, une nouvelle fois, en conséquence, instamment, vivement, avec insistance,
        avec (?:une )?(?:vive |grande |profonde )?(?:satisfaction|préoccupation|inquiétude|intérêt|regret|reconnaissance|gratitude|plaisir)
    """,
    conjunction=" et ",
    infinitives=(
        "(?:de |d')(?:continuer (?:de |d'|à ))?(?:charger|inviter|prier|demander|encourager|exhorter|engager"
        "|recommander|autoriser|confier|solliciter|lancer un appel|faire appel|donner pour instruction)"
    ),
    tails="""
        que, de, du fait, du fait que, de ce que, le fait, le fait que, sur, sur le fait, sur le fait que, ce qui suit,
        de ce qui suit
    """,
    links="que, qu', de, d', à",
    addressees=r"""
        direct(?:eurs?|rices?), secrétaires? généra(?:l|le|ux), secrétariats?, conseils?, bureaux?, [ée]tats membres,
        membres?, secteurs?, commissions? d'études, commissions?, groupes?, comités?, présidente?s?, administrations?,
        conférences?, assemblées?, organisations?, organismes, (?<=s )pays, (?<=x )pays, gouvernements, autorités,
        établissements, institutions, régulateurs, exploitants, opérateurs, associés, entités, parties, acteurs,
        participants, communauté, union, industrie, universités, nations unies, banque, fournisseurs, fabricants, tsb, br,
        bdt, gcnt, gcr, gcdt, uit, uit-[trd], cmr(?:-\d+)?, amnt(?:-\d+)?, cmdt(?:-\d+)?
    """,
    not_before_addressee="de, du, des, pour, en, sur, entre, par, dans, avec, et, ou, que, qui",
)

SPANISH = CallWords(
    preamble=r"""
        considerando, recordando, reconociendo, observando, teniendo~ en cuenta, teniendo~ presente,
        teniendo~ en consideración, tomando~ en consideración, tomando~ en cuenta, tomando~ nota, habida cuenta,
        consciente, destacando, subrayando, resaltando, señalando, insistiendo, haciendo~ hincapié,
        poniendo~ de (?:relieve|manifiesto), afirmando, reafirmando, reiterando, confirmando, convencid[ao], preocupad[ao],
        alentad[ao], decidid[ao], deseos[ao], deseando, estimando, entendiendo, sabiendo, advirtiendo, notando,
        constatando, apreciando, lamentando, felicitándose, acogiendo~ con (?:satisfacción|agrado|beneplácito),
        expresando su \w+, guiad[ao] por,
        habiendo~ (?:examinado|considerado|estudiado|observado|escuchado|recibido|tomado nota)
    """,
    operative="""
        encarga, invita, pide, insta, alienta, ruega, exhorta, recomienda, solicita, anima, autoriza, faculta, encomienda,
        ordena, hace un llamamiento, da instrucciones, señala a la atención, declara, aprueba, conviene, felicita,
        agradece, expresa su (?:profund[ao] |sincer[ao] )?(?:agradecimiento|gratitud|reconocimiento|satisfacción)
    """,
    decisions="resuelve, decide, acuerda",
    before="plenamente, profundamente, gravemente, muy, además, asimismo",
    after="""
        además, también, asimismo, igualmente, en particular, no obstante, sin embargo, por otra parte, en consecuencia,
        de nuevo, nuevamente, encarecidamente, vivamente, firmemente,
        con (?:gran |profund[ao] )?(?:satisfacción|agrado|beneplácito|preocupación|inquietud|interés|reconocimiento|gratitud|pesar)
    """,
    conjunction=" y ",
    infinitives=(
        "(?:seguir |continuar )?(?:encarg|invit|inst|alent|solicit|rog|exhort|recomend|anim|autoriz|encomend)(?:ar"
        "|ando)|(?:seguir |continuar )?(?:pedir|pidiendo|hacer un llamamiento|dar instrucciones)"
    ),
    tails="""
        que, de, de que, en, en que, a, lo siguiente, el hecho, el hecho de que, del hecho, del hecho de que
    """,
    links="que, a",
    addressees=r"""
        director(?:es|as?)?, secretari[oa] general, secretarías?, consejo, oficinas?, estados miembros, miembros?,
        sector(?:es)?, comisi(?:ón|ones) de estudio, comisi(?:ón|ones), grupos?, comités?, junta, president[ea]s?,
        administraci(?:ón|ones), conferencias?, asambleas?, organizaci(?:ón|ones), organismos, países, gobiernos,
        autoridades, instituciones, reguladores, operadores, empresas, asociados, entidades, partes, interesados,
        participantes, comunidad, unión, industria, universidades, naciones unidas, banco, fabricantes, tsb, br, bdt, gant,
        gar, gadt, uit, uit-[trd], cmr(?:-\d+)?, amnt(?:-\d+)?, cmdt(?:-\d+)?
    """,
    not_before_addressee="de, del, en, entre, por, para, con, sobre, y, o, que",
)

RUSSIAN = CallWords(
    preamble="""
        учитывая, учтя, напоминая, напомнив, признавая, признав, отмечая, отметив, памятуя, сознавая, осознавая,
        подч[её]ркивая, принимая~ во внимание, принимая~ к сведению, приняв~ во внимание, приняв~ к сведению, имея~ в виду,
        утверждая, подтверждая, констатируя, приветствуя, рассмотрев, изучив, обсудив, заслушав, руководствуясь, ссылаясь,
        исходя, стремясь, желая, считая, полагая, понимая, ввиду,
        выражая (?:глубокую |серь[её]зную )?(?:обеспокоенность|озабоченность|признательность|удовлетворение),
        будучи~ (?:глубоко |полностью |тв[её]рдо |крайне )?(?:убежден|обеспокоен|озабочен|осведомлен|уверен)[аоы]?
    """,
    operative="""
        поручает, предлагает, просит, призывает, рекомендует, поощряет, побуждает, уполномочивает, возлагает,
        да[её]т указание, обращается с (?:призывом|просьбой), обращается, утверждает, одобряет, подтверждает, заявляет,
        настаивает, благодарит, выражает (?:глубокую |искреннюю )?(?:признательность|благодарность|удовлетворение)
    """,
    decisions="решает, постановляет",
    before="""
        далее, также, вновь, настоятельно, полностью, глубоко,
        с (?:удовлетворением|обеспокоенностью|озабоченностью|интересом|сожалением)
    """,
    after="""
        далее, также, вновь, однако, вместе с тем, тем не менее, в то же время, в частности, в особенности, кроме того,
        настоятельно, с (?:удовлетворением|обеспокоенностью|озабоченностью|интересом|признательностью|сожалением)
    """,
    conjunction=" и ",
    infinitives=(
        "(?:продолжать |и далее )?(?:настоятельно )?(?:поруч|предлож|рекомендова|призва|проси|уполномоч|обрати"
        "|поощр)(?:ить|ть|ять|ться)|(?:продолжать |и далее )(?:поручать|предлагать|призывать|просить)"
        "|(?:настоятельно )(?:рекомендовать|призвать)"
    ),
    tails="""
        что, о, об, о том, о том что, на, на то, на то что, из, из того, из того что, тот факт, тот факт что, следующее
    """,
    links="что, чтобы, к",
    addressees=r"""
        директор\w*, (?:генеральн\w+ )?секретар\w*, совет[уа]?, бюро, государств\w*, член\w*, сектор\w*, комисси\w*,
        групп\w*, комитет\w*, председател\w*, администраци\w*, конференци\w*, ассамбле\w*, организаци\w*,
        орган(?:ам|ы|ов)?, стран(?:ы|ам)?, правительств\w*, ведомств\w*, учреждени\w*, регуляторн\w+, оператор\w*,
        компани\w*, сторон(?:ам|ы)?, участник\w*, сообществ\w*, союз\w*, ассоциированн\w+, академическ\w+, производител\w*,
        банк\w*, бсэ, бр, брэ, кгсэ, кгр, кгрэ, ркр, ксв, мсэ, мсэ-[trdтрд], вкр(?:-\d+)?, васэ(?:-\d+)?, вкрэ(?:-\d+)?
    """,
    not_before_addressee="в, во, на, из, для, между, по, о, об, от, с, со, при, за, над, под, у, что, чтобы, или",
)

# Chinese words stand without spaces: an addressee must be all that follows, and what `links` holds may follow it.
CHINESE = CallWords(
    preamble="""
        考虑到, 忆及, 回顾, 认识到, 注意到, 铭记着?, 牢记, 念及, 顾及到?, 意识到, 了解到, 获悉, 强调, 重申, 确认, 承认,
        深信, 确信, 关切, 关注, 鉴于, 欢迎, 赞赏, 希望, 认为, 经~审[议查]后?, 审[议查]了
    """,
    operative="责成, 请, 要求, 敦促, 鼓励, 呼吁, 吁请, 恳请, 建议, 授权, 指示, 委托, 宣布, 批准, 表示感谢, 感谢",
    decisions="做出决议, 作出决议, 做出决定, 作出决定, 决议, 决定",
    before="""
        进一步, 亦, 也, 还, 同时, 再次, 特别, 充分, 强烈, 继续, 一致, 表示, 深为, 深感, 高兴地, 赞赏地, 满意地, 关切地,
        遗憾地, 感兴趣地
    """,
    after="",
    conjunction="(?:和|并|且|以及|及)",
    infinitives=",?(?:继续|进一步)?(?:责成|请|要求|敦促|鼓励|呼吁|吁请|建议|授权|指示|委托)",
    tails="",
    links=",?(?:酌情)?(?:与|在|同|并与).{2,60}(?:协作|合作|磋商|协商|协调|配合|范围内|框架内|联合)(?:下|时)?",
    addressees=r"""
        主任, 秘书长, 副秘书长, 秘书处, 理事会, 委员会, 成员国?, 主管部门, 部门, 局, 研究组, 顾问组, 工作组, 区域组, 组,
        主席, 大会, 全会, 组织, 机构, (?:发展中|发达|各|有关|相关|会员|所有)国家, 各国, 政府, 利益攸关方, 各方, 学术界,
        业界, 运营商, 制造商, 国际电联, 联合国, itu(?:-[trd])?, tsag, rag, tdag, tsb, br, bdt, wrc-\d+, wtsa-\d+, wtdc-\d+
    """,
    not_before_addressee="将, 把, 于, 向, 为, 按, 由, 给, 从, 被, 参见, 注意",
)

# Arabic verbs agree with their subject (تقرر, يقرر) and join "and" to the word (وتقرر).
ARABIC = CallWords(
    preamble="""
        و?[إا]ذ [تي]ضع في (?:اعتبار(?:ها|ه)|الاعتبار|الحسبان),
        و?[إا]ذ [تي](?:ذكر|ستذكر|درك|لاحظ|عترف|عي|راعي|رى|سترشد|ثني),
        و?[إا]ذ [تي]أخذ (?:في الحسبان|في الاعتبار|في اعتبار(?:ها|ه)|بعين الاعتبار|علما), و?[إا]ذ [تي]حيط علما,
        و?[إا]ذ [تي]ؤكد (?:من جديد|مجددا), و?[إا]ذ [تي]ؤكد, و?[إا]ذ [تي]شدد, و?[إا]ذ [تي]قر, و?[إا]ذ [تي]سلم,
        و?[إا]ذ [تي]رحب, و?[إا]ذ [تي]شير, و?[إا]ذ [تي]عرب عن (?:القلق|التقدير|قلق(?:ها|ه)|تقدير(?:ها|ه)|ارتياح(?:ها|ه)),
        و?[إا]ذ [تي]ساور(?:ها|ه) (?:بالغ )?القلق, و?[إا]ذ (?:هي|هو) (?:مقتنعة?|على يقين),
        و?[إا]ذ لا [تي]غيب عن بال(?:ها|ه), وقد نظرت? في, وقد درست?, بعد أن نظرت? في, بعد النظر في, بعد دراسة
    """,
    operative="""
        و?[تي](?:كلف|دعو|طلب|حث|شجع|ناشد|وصي|رجو|هيب|لتمس|فوض|أذن|خول|علن|شكر|وافق|وجه),
        و?[تي]عرب عن (?:التقدير|تقدير(?:ها|ه)|امتنان(?:ها|ه))
    """,
    decisions="و?[تي]قرر",
    before="",
    after="""
        كذلك, [أا]يضا, تماما, مع ذلك, من جديد, مجددا, بوجه خاص, على وجه الخصوص, علاوة على ذلك, بالإضافة إلى ذلك,
        فضلا عن ذلك, بقوة, بإلحاح, بارتياح, بقلق(?: بالغ)?, باهتمام, مع (?:التقدير|القلق|الارتياح|الأسف|الاهتمام|الامتنان)
    """,
    conjunction=" و",
    infinitives=(
        "أن [تي](?:واصل تكليف|كلف|دعو|طلب|حث|شجع|ناشد|وصي|فوض)|(?:مواصلة |الاستمرار في )?(?:تكليف|دعوة|حث|تشجيع"
        "|مطالبة|مناشدة|الطلب|الإيعاز)"
    ),
    tails="أن, ب?أن, ب, إلى, على, ما يلي, بما يلي, القرار التالي",
    links="أن, بأن, ب?أن [تي]قوم",
    addressees=r"""
        مدير\w*, أمين\w*, أمانة, مجلس\w*, لجن\w+, لجان, لجانه?, فريق\w*, أفرقة\w*, دول, أعضاء, عضوية, إدارات, قطاع\w*,
        مؤتمر\w*, جمعي\w+, منظم\w+, بلدان, أصحاب, أطراف, هيئ\w+, رؤساء, رئيس\w*, منتسب\w+, حكومات, جهات, سلطات, مكتب\w*,
        اتحاد, أوساط, مشغل\w+, مؤسسات, شركات, بنك, كيانات, مجتمع\w*, دوائر\w*, مصنع\w+, أمم, wrc-\d+
    """,
)

CALL_WORDS = {"en": ENGLISH, "fr": FRENCH, "es": SPANISH, "ru": RUSSIAN, "zh": CHINESE, "ar": ARABIC}
