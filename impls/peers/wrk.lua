-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- For wrk.py: the paths of the file that is named behind `--`, one a line, in
-- turn and from the start again. Requests are made beforehand.

local requests, last = {}, 0

function init(arguments)
    for path in io.lines(arguments[1]) do
        requests[#requests + 1] = wrk.format("GET", path)
    end
end

function request()
    last = last % #requests + 1
    return requests[last]
end
