"""The PowerShell that takes an inventory where Python may not run: it counts files, and opens none."""

from __future__ import annotations

from typing import Final

from imadmin.model.requirements import PROCESSING_TIMER

__all__ = ["SCRIPT"]

SCRIPT: Final = rf"""# Counts what the clients of Skype for Business could not send: files in
# ...\AppData\Local\Microsoft\Office\1x.0\Lync\sip_<address>\History Spooler
# Names and contents of the files are private: only their number and their ages are written.
#
# For Windows PowerShell 5.1 and PowerShell 7, as an administrator. This computer:   .\spooler.ps1
# Others, by their admin shares:   .\spooler.ps1 -ComputerName pc-0815, pc-4711
# A share with profiles:           .\spooler.ps1 -Profiles \\files\profiles
# Then, anywhere:                  imadmin troubleshoot spooler.csv
param([string[]] $ComputerName = @(), [string[]] $Profiles = @(), [string] $Out = 'spooler.csv')

$places = @($Profiles | ForEach-Object {{ [pscustomobject]@{{ Computer = ''; Root = $_ }} }})
$places += @($ComputerName | ForEach-Object {{
    [pscustomobject]@{{ Computer = $_; Root = '\\' + $_ + '\c$\Users' }}
}})
if (-not $places) {{
    $places = @([pscustomobject]@{{ Computer = $env:COMPUTERNAME; Root = "$env:SystemDrive\Users" }})
}}

function Measure-Spooler($place, $folder) {{
    $now = [DateTime]::UtcNow; $files = 0; $stuck = 0; $oldest = $null; $newest = $null; $trouble = ''
    try {{
        foreach ($file in ([IO.DirectoryInfo] $folder).EnumerateFiles('*', 'AllDirectories')) {{
            if ('desktop.ini', 'thumbs.db' -contains $file.Name) {{ continue }}
            $time = $file.LastWriteTimeUtc; $files++
            if (($now - $time).TotalSeconds -ge {PROCESSING_TIMER.value}) {{ $stuck++ }}
            if ($null -eq $oldest -or $time -lt $oldest) {{ $oldest = $time }}
            if ($null -eq $newest -or $time -gt $newest) {{ $newest = $time }}
        }}
    }} catch {{ $trouble = "$($_.Exception.Message)" }}
    [pscustomobject]@{{
        Computer = $place.Computer; Path = $folder
        Owner = (Split-Path -Leaf (Split-Path $folder)) -replace '^sip_'
        Files = $files; Stuck = $stuck
        OldestUtc = if ($oldest) {{ $oldest.ToString('o') }} else {{ '' }}
        NewestUtc = if ($newest) {{ $newest.ToString('o') }} else {{ '' }}
        CollectedUtc = $now.ToString('o'); Trouble = $trouble
    }}
}}

function New-Note($place, $path, $trouble) {{
    [pscustomobject]@{{
        Computer = $place.Computer; Path = "$path"; Owner = ''; Files = 0; Stuck = 0
        OldestUtc = ''; NewestUtc = ''; CollectedUtc = [DateTime]::UtcNow.ToString('o'); Trouble = "$trouble"
    }}
}}

$rows = foreach ($place in $places) {{
    $there = Test-Path -LiteralPath $place.Root
    New-Note $place $place.Root $(if (-not $there) {{ 'there is no such folder, or no access to it' }})
    $way = Join-Path $place.Root '*\AppData\Local\Microsoft\Office\1*.0\Lync\*'
    $people = Get-ChildItem -Path $way -Directory -Force -ErrorAction SilentlyContinue -ErrorVariable lost
    foreach ($person in $people) {{
        $folder = Join-Path $person.FullName 'History Spooler'
        if (Test-Path -LiteralPath $folder) {{ Measure-Spooler $place $folder }}
    }}
    foreach ($one in $lost) {{ New-Note $place $one.TargetObject $one.Exception.Message }}
}}
$rows | Export-Csv -NoTypeInformation -Encoding UTF8 -Path $Out
Write-Host "$(@($rows).Count) rows in $Out"
"""
