# The table for programs: every sample beside the medians. -v about="..." is put in as members of the outer object.

END {
  printf "{%s,\"workloads\":[", about
  for (w = 1; w <= workloads; w++) {
    work = workload[w]
    printf "%s\n {\"workload\":\"%s\",\"unit\":\"%s\",\"processor_unit\":\"%s\",\"subjects\":{", (w > 1 ? "," : ""), \
      work, unit[work], cpu_unit[work]
    for (c = 1; c <= columns; c++) {
      printf "%s\n  \"%s\":{%s,%s", (c > 1 ? "," : ""), column[c], numbers("value", "value", work, column[c]), \
        numbers("processor", "cpu", work, column[c])
      if (has_p99[work]) printf ",%s", numbers("p99_ms", "p99", work, column[c])
      printf "}"
    }
    printf "},\n  \"ratios\":{"
    first = 1
    for (c = 1; c <= columns; c++) if (column[c] != "hbone" && is_subject("hbone")) {
      printf "%s\"hbone/%s\":{%s", (first ? "" : ","), column[c], spread("value", "value", work, column[c])
      printf ",%s", spread("processor", "cpu", work, column[c])
      if (has_p99[work]) printf ",%s", spread("p99_ms", "p99", work, column[c])
      printf "}"
      first = 0
    }
    printf "}}"
  }
  print "]}"
}

function numbers(name, kind, work, subject,    list, n, i, text) {
  n = values(kind, work, subject, list)
  for (i = 1; i <= n; i++) text = text (i > 1 ? "," : "") list[i]
  sort(list, n)
  return sprintf("\"%s\":{\"median\":%s,\"all\":[%s]}", name, (n ? median(list, n) : "null"), text)
}

function spread(name, kind, work, other,    list, n) {
  n = ratios(kind, work, other, list)
  if (n == 0) return "\"" name "\":null"
  sort(list, n)
  return sprintf("\"%s\":{\"median\":%.4f,\"lowest\":%.4f,\"highest\":%.4f}", name, median(list, n), list[1], list[n])
}
