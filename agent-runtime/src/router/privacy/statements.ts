import type { PrivacyClass } from '../../contract/privacy.ts';
import { ownParts, ownWords } from './own-words.ts';
import { INSIDE, SHOWN, CODE, DOCUMENT, PLAN, MACHINE, PEOPLE, IDENTIFIERS, CONTAINER, CUSTOMER, CUSTOMER_DATA, HANDLE, SEND, SERVICES, OUTSIDE, INSIDE_PLACE, NEVER } from './statement-words.ts';

/** What a user says that a request is about. */
export type Topic = 'proprietary-code' | 'internal-document' | 'business-strategy' | 'trade-secret' | 'infrastructure' | 'personal-records' | 'customer-data' | 'locality';

/** The class that follows. What a company keeps to itself is treated like its code. */
export const CLASS_OF_TOPIC: Readonly<Record<Topic, PrivacyClass>> = {
  'proprietary-code': 'proprietary-code', 'internal-document': 'proprietary-code', 'business-strategy': 'proprietary-code', 'trade-secret': 'proprietary-code',
  infrastructure: 'proprietary-code', locality: 'proprietary-code', 'personal-records': 'personal-data', 'customer-data': 'personal-data',
};

/** Up to so many words of the same sentence lie between two things that belong together. */
const gap = (words: number) => `(?:[\\s,:;/'’&()-]+[\\w'’&-]+){0,${words}}?[\\s,:;/'’&()-]+`;
const any = (words: string) => `(?:${words})`;
const then = (first: string, words: number, second: string) => `\\b${any(first)}\\b${gap(words)}${any(second)}\\b`;
const rule = (...forms: string[]) => new RegExp(forms.join('|'), 'i');

/** Whose it is. `the`, `this` and the like show a thing that the speaker has before him. */
/** In the order in which a request's topics are told. Texts that say `public` or `open-source` of the same thing are seen to below. */
const TOPICS: readonly (readonly [Topic, RegExp])[] = [
  ['locality', rule(
    then(`${NEVER}|nothing`, 8, `(?:${SEND})${gap(6)}${any(OUTSIDE)}`), then('externally|outside', 8, 'prohibited|forbidden'),
    then('no|without|avoid', 1, `cloud|external (?:${SERVICES})|third[- ]part(?:y|ies)|cross-border|public (?:api|cloud)|saas|internet|outside (?:services?|calls?)`),
    then('only|must|exclusively', 6, 'on-?prem(?:ises)?|air-?gapped|(?:with)?in (?:the )?(?:eu|european union|us|uk|company|building|country)'), then('forbids?|prohibits?|disallows?|rules? out', 4, `cloud|external (?:${SERVICES})|third[- ]part(?:y|ies)|saas`),
    then('only|must|exclusively|just', 3, 'local (?:models?|llms?|inference|hardware|machines?)'), then('data', 0, 'residency|sovereignty').concat(gap(6), any('must|requires?|stay|only|within')),
    then('must|has to|have to|should|needs? to', 1, `(?:stay|remain|be kept|be processed|be stored|reside)${gap(2)}(?:in|inside|within|on)`),
    then(NEVER, 4, `(?:leave|leaves|leaving|exit)${gap(5)}(?:our|the|this|company|eu|us|premises|network|building|region|country|${INSIDE_PLACE})`),
    then('keep|kept|stay|stays|remain|remains|process|processed|handle|handled|run|stored|hosted|restricted|confined|only', 6, `(?:within|inside|in|on|to|at)${gap(2)}(?:our|its|the company['’]s)${gap(4)}(?:${INSIDE_PLACE}|infrastructure|environment|network|cluster|region|operations|premises|servers?|cloud instance|machines?|hardware)`),
    then('keep|kept|stay|stays|remain|remains|process|processed|processing|handle|handled|run|analy[sz]e|use', 6, 'on-?prem(?:ises?)?|on premises?|locally|local[- ]only|in-house only|air-?gapped'),
    then('on-?prem(?:ises)?|local(?:ly)?', 1, 'only'),
    '(?:本地|内网|内部网络|境内|国内|私有环境).{0,8}(?:处理|运行|完成|分析|部署|执行)|(?:留在|保留在|保存在|限于|只能在|只能用|只用|仅用|仅在|必须在).{0,12}(?:本地|内网|境内|公司|机房|内部|我们的)|(?:不要|不得|不能|不可|禁止|请勿|切勿|严禁|确保|不允许).{0,16}(?:外部|外传|云端|公有云|第三方|跨境|出境|外网|离开|外泄|境外|互联网)|不离开.{0,6}(?:公司|数据中心|网络|本地|内网)',
  )],
  ['trade-secret', rule(
    then('patent|invention|ip', 3, 'applications?|drafts?|claims?|disclosures?|filings?|portfolio'), `\\b(?:unreleased|unpublished|provisional)${gap(3)}patents?\\b`,
    '\\btrade secrets?\\b', then('unpublished|unreleased|pre-publication|prepublication', 3, 'research|papers?|findings|results|drafts?|manuscripts?|stud(?:y|ies)|work|experiments?|designs?'),
    then('our|proprietary|my company(?:[\'’]s)?', 4, 'novel|invention|formula|formulation|recipe|process parameters|know-how|fabrication|manufacturing (?:process|test|method)s?|test sequences'),
    then('proprietary', 3, 'formulas?|recipes?|methods?|process(?:es)?|techniques?|models?|engines?|technolog(?:y|ies)|algorithms?|research|designs?'), then('novel', 6, 'our|invention'),
    then('our', 3, 'intellectual property|core ip|secret sauce|secret (?:process|recipe|method|formula)|patents?'),
    '专利|商业秘密|商业机密|技术秘密|知识产权|未公开|未发表|未发布|专有(?:技术|算法|配方|推理|推荐|工艺|方法|模型)|独家|保密配方',
  )],
  ['personal-records', rule(
    then(HANDLE, 12, `(?:${PEOPLE})${gap(3)}(?:${IDENTIFIERS}|${CONTAINER})`).replace('\\b', '\\b(?<!function to )'),
    then(CONTAINER, 8, IDENTIFIERS), then('employee|staff|personnel|patient|clinical|applicant|hr|payroll|resident|student|biometric|medical|health|psychotherapy|salary', 4, `${CONTAINER}|identifiers?|details`),
    then('contact (?:list|information|details|data)', 6, 'from|crm|director(?:y|ies)|employees?|customers?'),
    '(?:员工|职员|人事|客户|用户|患者|病人|学生|居民|应聘者|求职者|会员|人力资源|个人).{0,12}(?:信息|数据|表格|档案|记录|名单|资料|简历|病历|隐私|薪资|工资|导出)|身份证|护照号|手机号|家庭住址|住址|病史|病历|病假|银行(?:账户|账号|卡号)|社保|薪资|工资单|生物识别|出生日期|联系方式',
  )],
  ['customer-data', rule(
    then(CUSTOMER, 2, CUSTOMER_DATA), then('crm', 4, CUSTOMER_DATA), `\\bpurchase histor(?:y|ies)\\b`, then(HANDLE, 1, 'our (?:\\w+ )?(?:customers|clients|users|subscribers)'),
    'CRM|(?:客户|用户|顾客|消费者|买家|订阅者).{0,8}(?:数据|信息|记录|资料|名单|行为|画像|反馈|账单|工单|联系|留存|保留|流失|分群|运营|导出|订单|库)',
  )],
  ['business-strategy', rule(
    then(`${SHOWN}|internal|confidential|company|quarterly|next-quarter|annual|fiscal|board-level|enterprise`, 5, PLAN), then('confidential|internal|undisclosed', 4, `${PLAN}|plans?|figures|numbers|targets`),
    then(PLAN, 3, 'projections?|forecasts?|scenarios?|presentation|deck|memo|plans?|benchmarking|briefing|assumptions|report|data|analysis|terms|targets').replace('\\b', '\\b(?<!of )'),
    then('marketing|sales', 3, 'campaigns?|pipeline|targets|roi'),
    '(?:公司|我们|企业|下季度|本季度|年度|内部|新产品|集团).{0,12}(?:营收|收入|利润|毛利|规划|预算|财务|定价|战略|策略|并购|收购|融资|投资|竞争|市场|商业|薪酬|报价|估值)|竞争对手|投资人|投资者|并购|尽职调查|董事会.{0,6}(?:材料|演示|财务)|仅?供?管理层|定价(?:策略|区间|方案)|营收预测',
  )],
  ['internal-document', rule(
    then(INSIDE, 4, DOCUMENT), then('our|my (?:company|team)(?:[\'’]s)?|company|leadership|executive|board|all-hands|engineering|team|product|sre|legal', 4, 'notes|minutes (?:of|from)|meeting minutes|memos?|runbooks?|post-?mortems?|rfcs?|adrs?|decision records?|transcripts?|meetings?|standups?|retrospectives?|incident|roadmaps?|design docs?|compliance documentation|wiki|handbook|okrs?'),
    then('this|the|these', 2, 'meeting|incident|outage|post-?mortem|standup|all-hands|runbook|minutes (?:of|from)|retrospective'), then('incident', 2, 'review|report|packet|timeline'), then('board|meeting|committee', 1, 'minutes|papers'),
    '(?:内部|我们|公司|团队|董事会|部门|机密).{0,10}(?:文档|文件|纪要|记录|备忘录|报告|复盘|评审|会议|周报|月报|手册|规范|制度|路线图|设计|公告)|会议(?:纪要|记录|要点)|复盘',
  )],
  ['infrastructure', rule(
    then('our|internal|private|production|prod|staging|company', 5, MACHINE), then('data cent(?:er|re)', 3, 'switch|network|server|rack|configurations?'), then(MACHINE, 8, 'our production|our internal|our data cent(?:er|re)|internal hostnames'),
    then(MACHINE, 6, 'for the \\w+ service|production'),
    '(?:生产|线上|内部|我们|公司|机房|数据中心).{0,12}(?:环境|集群|数据库|服务器|网络|配置|架构|拓扑|部署|监控|系统|日志|基础设施|Kubernetes|K8s|快照|流水线)|网络拓扑|(?:IP|MAC)地址(?:分配|表)|集群拓扑',
  )],
  ['proprietary-code', rule(
    then(`${INSIDE}|proprietary`, 4, CODE), then('our|ours|my (?:company|employer|team)(?:[\'’]s)?|company|in-house', 6, `${CODE}|pipelines?|controller|tooling|compiler`),
    then(CODE, 8, 'our|ours|in-house|company|proprietary|monorepo|private (?:repo|repository|enterprise|github|gitlab)').replace('\\b', '\\b(?<!how )'),
    '(?:我们|公司|内部|私有|专有|自研|企业|机密|团队).{0,14}(?:代码|仓库|服务|模块|函数|接口|SDK|API|算法|流水线|框架|平台|系统|组件|脚本|类)|(?:代码库|私有仓库|源代码|源码).{0,8}(?:我们|公司|内部)',
  )],
];

/** A word that begins so must be there before any rule can hold: most texts are done with this. Plain words, which cost least. */
const SIGNAL = new RegExp(`\\b(?:${('our|my company|my employer|my team|my client|my organi|my firm|my startup|compan|in-house|internal|private|proprietary|confidential|restricted|unpublished|unreleased|'
  + 'pre-publication|prepublication|provisional|closed-source|undisclosed|patent|trade secret|employee|staff|personnel|worker|patient|customer|client|crm|applicant|candidate|payroll|hr|human resources|subscriber|'
  + 'member|user|student|resident|tenant|donor|people|individual|contact|salar|ssn|social security|passport|driver|medical|health|biometric|psychotherapy|clinical|names|address|identifier|on-prem|on prem|'
  + 'local|jurisdiction|sovereign|airgapped|air-gapped|cloud|external|outside|third party|third-party|third parties|cross-border|openai|anthropic|saas|overseas|abroad|residency|enclave|premises|internet|offline|'
  + 'vendor|must stay|must remain|must be|should stay|has to|needs to|revenue|budget|earnings|pricing|acquisition|merger|m&a|due diligence|investor|competitive|competitor|board|fiscal|quarterly|annual|compensation|'
  + 'financ|marketing|churn|procurement|go-to-market|forecast|projection|strateg|meeting|incident|outage|post-mortem|postmortem|runbook|minutes|standup|all-hands|retro|transcript|production|prod|staging|data cent|'
  + 'record|dataset|data set|spreadsheet|export|invention|ip |leadership|executive|purchase|account|invoice|sales|novel').split('|').sort().join('|')})|[内部私有专公司我们机密员工客户患者用身份证未发表战略定价会议生产网络本地境外不]`, 'i');

const NOT_OURS = /\binternal server error\b|\b(?:public(?:ly)?|open[- ]source|open data|hypothetical|fictional|textbook|generic|sample|synthetic|example|toy|made-up|mock)\b[\s\w-]{0,24}\b(?:data|datasets?|csvs?|apis?|repos?|repositor(?:y|ies)|code|class|platform|company|e-commerce|saas|records?|projects?|libraries|customers?|employees?|users?|patients?|exports?|database|websites?)\b|公开(?:的)?(?:数据|气象|联邦|天气)|开放(?:数据|天气)|虚构|假设/gi;

/** A question about a subject, not about something that the speaker has. */
const GENERAL_QUESTION = /^\s*(?:how (?:do|does|can|to|should|would)|what(?:['’]s| is| are| does| do)|explain|define|why (?:do|does|is|are)|when|who|which|where)\b[^.!?\n]{0,240}[.!?]?\s*$/i;
const MINE = /\b(?:our|we|us|ours|my (?:company|employer|team|client)|this|these|attached|below|following)\b/i;

/** Of what the user's own words say the request is. Rules over phrases, not understanding. */
export function findTopics(text: string): readonly Topic[] {
  const parts = ownParts(text);
  if (!parts.some((part) => SIGNAL.test(part))) return NONE;
  const words = ownWords(parts).replace(NOT_OURS, ' ');
  if (GENERAL_QUESTION.test(words) && !MINE.test(words)) return NONE;
  const topics: Topic[] = [];
  for (const [topic, form] of TOPICS) if (form.test(words)) topics.push(topic);
  return topics;
}

const NONE: readonly Topic[] = [];
