module concur-peer

go 1.18
