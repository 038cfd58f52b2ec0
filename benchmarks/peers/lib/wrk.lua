-- Prints what lib/wrk.sh reads: exchanges, microseconds in all, microseconds of the 99th percentile, failures.
function done(summary, latency)
  local errors = summary.errors
  io.write(string.format("summary %d %d %d %d\n", summary.requests, summary.duration, latency:percentile(99),
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
