-- What somebody would write who knows DuckDB, the files, and no imadmin: from the CSV files of an organisation
-- (see organisation.py) to the verdict on every person, as of 2026-11-20, by the eleven conditions that imadmin
-- judges people by, and of each condition the findings: reason, count and samples of people. `$folder` is put in.
-- It trusts the files: one spelling, no value lost, nobody twice, addresses in one form.

create macro csv(path) as table select * from read_csv('$folder/' || path || '.csv', header = true, all_varchar = true);
create macro build(agent) as
  (try_cast(regexp_extract(agent, '(?:^|\s)OC/(\d+)\.(\d+)\.(\d+)\.(\d+)', 1) as bigint) << 48)
  | (try_cast(regexp_extract(agent, '(?:^|\s)OC/(\d+)\.(\d+)\.(\d+)\.(\d+)', 2) as bigint) << 32)
  | (try_cast(regexp_extract(agent, '(?:^|\s)OC/(\d+)\.(\d+)\.(\d+)\.(\d+)', 3) as bigint) << 16)
  | try_cast(regexp_extract(agent, '(?:^|\s)OC/(\d+)\.(\d+)\.(\d+)\.(\d+)', 4) as bigint);
create macro number(a, b, c, d) as (a::bigint << 48) | (b::bigint << 32) | (c::bigint << 16) | d::bigint;

create table people as
  select replace(lower("SipAddress"), 'sip:', '') as person, lower("RegistrarPool") as pool,
         coalesce(lower("ClientPolicy"), '') as policy, lower("WindowsEmailAddress") as mail
  from csv('skype/Get-CsUser') where "Enabled" = 'True' and "HostingProvider" = 'SRV:';

create table clients as
  select lower("UserName") as person, max(build("ClientVersion")) as build, min(build("ClientVersion")) as worst,
         max(build("ClientVersion")) filter (build("ClientVersion") between number(16, 0, 6701, 1000)
                                             and number(16, 0, 6920, 0) - 1) as defective
  from csv('clients/registrations') group by 1;

create table mailboxes as
  select lower(m."PrimarySmtpAddress") as mail, 'onprem' as place, c."EwsEnabled" as ews
  from csv('exchange/Get-Mailbox') m left join csv('exchange/Get-CASMailbox') c using ("PrimarySmtpAddress")
  union all
  select lower(m."PrimarySmtpAddress"), 'online', c."EwsEnabled"
  from csv('exchange_online/Get-Mailbox') m
  left join csv('exchange_online/Get-CASMailbox') c using ("PrimarySmtpAddress");

create table judged as
select p.person, p.pool, o."Site" as site, coalesce(nullif('Tag:' || p.policy, 'Tag:'), l."Identity", 'Global') as policy,
       coalesce(s."EnableOfflineIm", g."EnableOfflineIm") as offline_im,
       coalesce(t."EnableIMAutoArchiving", l."EnableIMAutoArchiving", a."EnableIMAutoArchiving") as archiving,
       coalesce(c.build, -1) as build, c.worst, c.defective, coalesce(m.place, 'none') as place,
       coalesce(m.mail, p.mail) as mail, m.ews,
       case when m.place = 'onprem' then number(16, 0, 6920, 1000) else number(16, 0, 6701, 1000) end as least
from people p
left join csv('skype/Get-CsPool') o on lower(o."Fqdn") = p.pool
left join csv('skype/Get-CsImConfiguration') s on s."Identity" = o."Site"
left join csv('skype/Get-CsClientPolicy') t on p.policy <> '' and lower(t."Identity") = 'tag:' || p.policy
left join csv('skype/Get-CsClientPolicy') l on p.policy = '' and l."Identity" = o."Site"
cross join (select * from csv('skype/Get-CsImConfiguration') where "Identity" = 'Global') g
cross join (select * from csv('skype/Get-CsClientPolicy') where "Identity" = 'Global') a
left join clients c using (person)
left join mailboxes m using (mail);

create table states as
select *,
       case offline_im when 'True' then 'pass' when 'False' then 'fail' else 'error' end as offline,
       case archiving when 'True' then 'pass' when 'False' then 'fail' else 'warn' end as saving,
       case when build < 0 then 'error' when build < least then 'fail' when worst < least then 'warn' else 'pass' end as client,
       case when build < 0 then 'skip' when defective is not null and place = 'onprem' then 'warn' else 'pass' end as drafts,
       case when ews = 'False' then 'fail' when ews is null then 'error' else 'pass' end as allowed,
       case when mail = person then 'pass' else 'warn' end as address,
       case when place = 'online' then 'warn' else 'pass' end as retirement
from judged;

create table findings as
with said as (
  select 'policy.offline-im-enabled' as condition, offline as status,
         coalesce(site, 'Global') || ' has EnableOfflineIm ' || coalesce(offline_im, 'unknown') as reason, person from states
  union all
  select 'policy.auto-archiving', saving, policy || ' has EnableIMAutoArchiving ' || coalesce(archiving, 'null'), person from states
  union all
  select 'client.build', client,
         case client when 'error' then 'no client of known build was seen'
                     when 'fail' then 'the best client is too old: ' || (build >> 16 & 65535)
                     when 'warn' then 'another client is too old: ' || (worst >> 16 & 65535) end, person from states
  union all
  select 'client.drafts-defect', drafts, case drafts when 'warn' then 'fills Drafts' end, person from states
  union all
  select 'ews.allowed', allowed,
         case when place = 'none' then 'no mailbox was found' else 'EwsEnabled is ' || coalesce(ews, 'unknown') end, person from states
  union all
  select 'ews.addresses', address, 'the SIP address is not the e-mail address', person from states
  union all
  select 'ews.online-retirement', retirement, 'the mailbox is online: EWS ends on 2027-04-01', person from states
  union all
  select 'ews.licenses', case place when 'online' then 'skip' else 'pass' end, 'no list of licenses', person from states
  union all
  select 'policy.modern-authentication', case place when 'online' then 'skip' else 'pass' end, 'no PolicyEntry of ' || policy, person from states
  union all
  select 'server.patch-version', 'skip', 'the updates of ' || pool || ' were not saved', person from states
  union all
  select 'server.replica', 'skip', 'the replicas were not asked', person from states
)
select condition, status, reason, count(*) as people, min(person, 1000) as samples
from said where status <> 'pass' group by all order by people desc;

create table verdicts as
with reasons as (
  select person,
         list_filter([
           case when offline = 'fail' then 'policy.offline-im-enabled' end,
           case when saving = 'fail' then 'policy.auto-archiving' end,
           case when client = 'fail' then 'client.build' end,
           case when allowed = 'fail' then 'ews.allowed' end
         ], lambda x: x is not null) as fails,
         list_filter([
           case when offline = 'error' then 'policy.offline-im-enabled' end,
           case when client = 'error' then 'client.build' end,
           case when allowed = 'error' then 'ews.allowed' end
         ], lambda x: x is not null) as unknowns
  from states
)
select person, case when len(fails) > 0 then 'cannot' when len(unknowns) > 0 then 'unknown' else 'can' end as verdict,
       case when len(fails) > 0 then fails else unknowns end as because
from reasons;
