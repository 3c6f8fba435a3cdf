-- What somebody would write who knows DuckDB, the files, and no imadmin: from the CSV files of an organisation
-- (see organisation.py) to the verdict on every person, as of 2026-11-20. `$folder` is put in before it runs.

create macro csv(path) as table select * from read_csv('$folder/' || path || '.csv', header = true, all_varchar = true);
create macro build(agent) as
  (try_cast(regexp_extract(agent, '(?:^|\s)OC/(\d+)\.(\d+)\.(\d+)\.(\d+)', 1) as bigint) << 48)
  | (try_cast(regexp_extract(agent, '(?:^|\s)OC/(\d+)\.(\d+)\.(\d+)\.(\d+)', 2) as bigint) << 32)
  | (try_cast(regexp_extract(agent, '(?:^|\s)OC/(\d+)\.(\d+)\.(\d+)\.(\d+)', 3) as bigint) << 16)
  | try_cast(regexp_extract(agent, '(?:^|\s)OC/(\d+)\.(\d+)\.(\d+)\.(\d+)', 4) as bigint);
create macro number(a, b, c, d) as (a::bigint << 48) | (b::bigint << 32) | (c::bigint << 16) | d::bigint;

create table people as
  select replace(lower("SipAddress"), 'sip:', '') as person, lower("RegistrarPool") as pool,
         lower("ClientPolicy") as policy, lower("WindowsEmailAddress") as mail
  from csv('skype/Get-CsUser') where "Enabled" = 'True' and "HostingProvider" = 'SRV:';

create table clients as
  select lower("UserName") as person, max(build("ClientVersion")) as build
  from csv('clients/registrations') group by 1;

create table mailboxes as
  select lower(m."PrimarySmtpAddress") as mail, 'onprem' as place, c."EwsEnabled" as ews
  from csv('exchange/Get-Mailbox') m left join csv('exchange/Get-CASMailbox') c using ("PrimarySmtpAddress")
  union all
  select lower(m."PrimarySmtpAddress"), 'online', c."EwsEnabled"
  from csv('exchange_online/Get-Mailbox') m
  left join csv('exchange_online/Get-CASMailbox') c using ("PrimarySmtpAddress");

create table verdicts as
with judged as (
  select p.person,
         coalesce(s."EnableOfflineIm", g."EnableOfflineIm") as offline_im,
         coalesce(t."EnableIMAutoArchiving", l."EnableIMAutoArchiving", a."EnableIMAutoArchiving") as archiving,
         c.build, m.place, m.ews
  from people p
  left join csv('skype/Get-CsPool') o on lower(o."Fqdn") = p.pool
  left join csv('skype/Get-CsImConfiguration') s on s."Identity" = o."Site"
  left join csv('skype/Get-CsClientPolicy') t on p.policy <> '' and lower(t."Identity") = 'tag:' || p.policy
  left join csv('skype/Get-CsClientPolicy') l on p.policy = '' and l."Identity" = o."Site"
  cross join (select * from csv('skype/Get-CsImConfiguration') where "Identity" = 'Global') g
  cross join (select * from csv('skype/Get-CsClientPolicy') where "Identity" = 'Global') a
  left join clients c using (person)
  left join mailboxes m using (mail)
),
reasons as (
  select person,
         list_filter([
           case when offline_im = 'False' then 'policy.offline-im-enabled' end,
           case when archiving = 'False' then 'policy.auto-archiving' end,
           case when build < case place when 'onprem' then number(16, 0, 6920, 1000)
                                        else number(16, 0, 6701, 1000) end then 'client.build' end,
           case when ews = 'False' or place is null then 'ews.allowed' end
         ], lambda x: x is not null) as fails,
         list_filter([
           case when offline_im not in ('True', 'False') or offline_im is null then 'policy.offline-im-enabled' end,
           case when build is null then 'client.build' end
         ], lambda x: x is not null) as unknowns
  from judged
)
select person, case when len(fails) > 0 then 'cannot' when len(unknowns) > 0 then 'unknown' else 'can' end as verdict,
       case when len(fails) > 0 then fails else unknowns end as because
from reasons;
