# Fails when hbone is below `least` times the bare relay in a workload. -v least=RATIO

END {
  for (w = 1; w <= workloads; w++) {
    delete list
    n = ratios("value", workload[w], "sslstream", list)
    sort(list, n)
    if (n == 0 || median(list, n) < least) {
      printf "compare.sh: %s: hbone/sslstream is %s, below %s\n", workload[w], \
        (n ? sprintf("%.2f", median(list, n)) : "unknown"), least
      failed = 1
    }
  }
  exit failed
}
