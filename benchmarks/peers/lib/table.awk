# The table for people: a line for each workload, and one more for its latency.

END {
  bases = split("sslstream go", base, " ")
  for (i = 1; i <= bases; i++) compared[i] = is_subject("hbone") && is_subject(base[i])

  printf "%-30s %-5s", "workload", "unit"
  for (c = 1; c <= columns; c++) printf " %9s", column[c]
  for (i = 1; i <= bases; i++) if (compared[i]) printf " %19s", "hbone/" base[i]
  printf "   %-6s", "cpu"
  for (c = 1; c <= columns; c++) printf " %9s", column[c]
  print ""
  for (w = 1; w <= workloads; w++) {
    line("value", workload[w], workload[w], unit[workload[w]])
    printf "   %-6s", cpu_unit[workload[w]]
    for (c = 1; c <= columns; c++) printf " %9s", middle("cpu", workload[w], column[c])
    print ""
    if (has_p99[workload[w]]) { line("p99", workload[w], "  99 of 100 within", "ms"); print "" }
  }
}

function line(kind, work, title, title_unit,    c, i) {
  printf "%-30s %-5s", title, title_unit
  for (c = 1; c <= columns; c++) printf " %9s", middle(kind, work, column[c])
  for (i = 1; i <= bases; i++) if (compared[i]) printf " %19s", ratio(kind, work, base[i])
}

function middle(kind, work, subject,    list, n) {
  n = values(kind, work, subject, list)
  if (n == 0) return "-"
  sort(list, n)
  return short(median(list, n))
}

function ratio(kind, work, other,    list, n) {
  n = ratios(kind, work, other, list)
  if (n == 0) return "-"
  sort(list, n)
  return sprintf("%.2f (%.2f-%.2f)", median(list, n), list[1], list[n])
}

function short(number) { return sprintf(number >= 100 ? "%.0f" : number >= 1 ? "%.2f" : "%.3f", number) }
