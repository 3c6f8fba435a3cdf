# What PowerShell runs for one cmdlet; it is the same text for every cmdlet. What to run comes on standard input
# as data, and what comes of it leaves as lines of base64, which no code page can change. Everything else
# that is written on the way (banners, a module's messages) is noise to the reader.
$ErrorActionPreference = 'Continue'
$ProgressPreference = 'SilentlyContinue'
$imUtf8 = New-Object System.Text.UTF8Encoding $false
$imText = $imUtf8.GetString([System.Convert]::FromBase64String((@($input) -join '').Trim()))
$imRequest = [System.Management.Automation.PSSerializer]::Deserialize($imText)
function Send-ImPart($kind, $value) {
    $text = [System.Management.Automation.PSSerializer]::Serialize($value, 4)
    [System.Console]::Out.WriteLine($imRequest.Mark + ' ' + $kind + ' ' + [System.Convert]::ToBase64String($imUtf8.GetBytes($text)))
}
function Get-ImError($record) {
    return @{ Message = [string]$record; Id = [string]$record.FullyQualifiedErrorId }
}
try {
    switch ($imRequest.Shell) {
        'skype' { Import-Module SkypeForBusiness -ErrorAction Stop }
        # As the shortcut of the Exchange Management Shell does it: with the roles of this user.
        'exchange' {
            . (Join-Path $env:ExchangeInstallPath 'bin\RemoteExchange.ps1')
            Connect-ExchangeServer -auto -ClientApplication:ManagementShell
        }
        'exchange_online' {
            Import-Module ExchangeOnlineManagement -ErrorAction Stop
            Connect-ExchangeOnline -ShowBanner:$false -ErrorAction Stop
        }
    }
} catch {
    Send-ImPart 'unprepared' (Get-ImError $_)
    exit 3
}
Send-ImPart 'begin' ''
$imCount = 0
try {
    $imCommand = Get-Command -Name $imRequest.Name -CommandType @('Cmdlet', 'Function') -ErrorAction Stop | Select-Object -First 1
    $imParameters = @{}
    foreach ($imName in @($imRequest.Parameters.Keys)) { $imParameters[$imName] = $imRequest.Parameters[$imName] }
    & $imCommand @imParameters 2>&1 3>&1 | ForEach-Object {
        $imItem = $_
        if ($null -eq $imItem) { return }
        if ($imItem -is [System.Management.Automation.ErrorRecord]) {
            Send-ImPart 'error' (Get-ImError $imItem)
        } elseif ($imItem -is [System.Management.Automation.WarningRecord]) {
            Send-ImPart 'warning' ([string]$imItem.Message)
        } else {
            # A property that is not there stays away: it is not the same as one that is null.
            $imKept = $imItem
            if (-not ($imItem -is [string] -or $imItem -is [System.ValueType])) {
                $imProperties = [ordered]@{}
                foreach ($imName in @($imRequest.Properties)) {
                    $imProperty = $imItem.PSObject.Properties[$imName]
                    if ($null -ne $imProperty) {
                        try { $imProperties[$imName] = $imProperty.Value } catch { Send-ImPart 'error' (Get-ImError $_) }
                    }
                }
                $imKept = [pscustomobject]$imProperties
            }
            Send-ImPart 'output' $imKept
            $imCount++
        }
    }
    Send-ImPart 'end' $imCount
} catch {
    Send-ImPart 'failed' (Get-ImError $_)
    exit 1
}
exit 0
