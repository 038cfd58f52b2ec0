# Reads the samples that lib/rounds.sh writes. table.awk, json.awk and require.awk are used with this file before them,
# and with -v subjects="...", the names in the order of the columns.

BEGIN {
  FS = "\t"
  columns = split(subjects, column, " ")
}

{
  if (!($1 in unit)) { workload[++workloads] = $1; unit[$1] = $2; cpu_unit[$1] = $3 }
  if ($4 >= rounds) rounds = $4 + 1
  keep("value", $1, $5, $4, $6)
  keep("cpu", $1, $5, $4, $7)
  if ($8 != "-") { keep("p99", $1, $5, $4, $8); has_p99[$1] = 1 }
}

function keep(kind, work, subject, round, number) { kept[kind, work, subject, round] = number }

# These two fill list[1..] and return how many there are.
function values(kind, work, subject, list,    round, n) {
  for (round = 0; round < rounds; round++)
    if ((kind, work, subject, round) in kept) list[++n] = kept[kind, work, subject, round]
  return n + 0
}

# hbone to the other subject, round by round, where both were measured.
function ratios(kind, work, other, list,    round, n) {
  for (round = 0; round < rounds; round++)
    if ((kind, work, "hbone", round) in kept && kept[kind, work, other, round] > 0)
      list[++n] = kept[kind, work, "hbone", round] / kept[kind, work, other, round]
  return n + 0
}

function sort(list, n,    i, j, v) {
  for (i = 2; i <= n; i++) {
    v = list[i]
    for (j = i - 1; j > 0 && list[j] > v; j--) list[j + 1] = list[j]
    list[j + 1] = v
  }
}

# Of a sorted list.
function median(list, n) { return n % 2 ? list[(n + 1) / 2] : (list[n / 2] + list[n / 2 + 1]) / 2 }

function is_subject(name,    i) {
  for (i = 1; i <= columns; i++) if (column[i] == name) return 1
  return 0
}
