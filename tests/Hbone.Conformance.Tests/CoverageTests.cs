using System.Reflection;

namespace Hbone.Conformance.Tests;

/// <summary>Holds the table of requirements and the tests to each other.</summary>
public sealed class CoverageTests
{
    private static readonly string[] s_sections =
    [
        "9113-3.4", "9113-4.1", "9113-4.2", "9113-4.3", "9113-4.3.1", "9113-5.1", "9113-5.1.1", "9113-5.1.2", "9113-5.2.1",
        "9113-5.2.2", "9113-5.4.1", "9113-5.4.2", "9113-5.4.3", "9113-5.5", "9113-6.1", "9113-6.2", "9113-6.3", "9113-6.4",
        "9113-6.5", "9113-6.5.2", "9113-6.5.3", "9113-6.6", "9113-6.7", "9113-6.8", "9113-6.9", "9113-6.9.1", "9113-6.9.2",
        "9113-6.9.3", "9113-6.10", "9113-7", "9113-8.1", "9113-8.1.1", "9113-8.2", "9113-8.2.1", "9113-8.2.2", "9113-8.2.3",
        "9113-8.3", "9113-8.3.1", "9113-8.3.2", "9113-8.4", "9113-8.5", "9110-9.3.6", "7541-2.3.2", "7541-2.3.3", "7541-4.2", "7541-4.3", "7541-4.4",
        "7541-5.1", "7541-5.2", "7541-6.1", "7541-6.3", "7541-7.1.3",
    ];

    private static readonly Dictionary<string, MethodInfo> s_tests = typeof(CoverageTests).Assembly.GetTypes()
        .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static))
        .Where(method => method.GetCustomAttributes<FactAttribute>().Any())
        .ToDictionary(method => $"{method.DeclaringType!.Name}.{method.Name}", StringComparer.Ordinal);

    [Fact]
    public void Each_requirement_has_its_tests_in_each_role_it_binds()
    {
        var faults = new List<string>();
        foreach (ClauseRow row in ClauseRow.All().Where(row => row.Tests.Count > 0))
        {
            Roles covered = Roles.None;
            foreach (string name in row.Tests)
            {
                ClauseAttribute? clause = s_tests.GetValueOrDefault(name)?.GetCustomAttributes<ClauseAttribute>()
                    .FirstOrDefault(attribute => attribute.Id == row.Clause);
                if (clause is null)
                {
                    faults.Add($"{row}: there is no test {name} of this clause.");
                    continue;
                }

                covered |= clause.Roles;
            }

            if (!covered.HasFlag(row.Roles))
            {
                faults.Add($"{row}: binds {row.Roles}, tested for {covered}.");
            }
        }

        Assert.Empty(faults);
    }

    [Fact]
    public void Each_test_of_a_clause_is_named_by_a_requirement()
    {
        HashSet<(string Test, string Clause)> named =
            [.. ClauseRow.All().SelectMany(row => row.Tests.Select(test => (test, row.Clause)))];

        IEnumerable<(string Test, string Clause)> carried = s_tests
            .SelectMany(test => test.Value.GetCustomAttributes<ClauseAttribute>().Select(clause => (test.Key, clause.Id)));

        Assert.Empty(carried.Except(named));
    }

    [Fact]
    public void Each_test_of_a_section_carries_its_clause() =>
        Assert.All(
            s_tests.Where(test => test.Key.StartsWith("Section_", StringComparison.Ordinal) || test.Key.StartsWith("Hpack_", StringComparison.Ordinal)),
            test => Assert.NotEmpty(test.Value.GetCustomAttributes<ClauseAttribute>()));

    [Fact]
    public void Each_test_elsewhere_exists()
    {
        string root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "Hbone.sln")))
        {
            root = Path.GetDirectoryName(root) ?? throw new InvalidOperationException("The repository is not above the tests.");
        }

        IEnumerable<string> missing = ClauseRow.All().SelectMany(row => row.TestsElsewhere).Where(test =>
        {
            string[] parts = test.Split('#');
            string path = Path.Combine(root, parts[0]);
            return !File.Exists(path) || !File.ReadAllText(path).Contains($" {parts[1]}(", StringComparison.Ordinal);
        });

        Assert.Equal([], missing);
    }

    [Fact]
    public void Each_requirement_without_a_test_says_why() =>
        Assert.All(
            ClauseRow.All().Where(row => row.Tests.Count == 0 && row.TestsElsewhere.Count == 0),
            row => Assert.True(row.Reason?.Length > 20, row.ToString()));

    [Fact]
    public void Each_section_has_a_requirement()
    {
        HashSet<string> clauses = [.. ClauseRow.All().Select(row => row.Clause)];
        Assert.Empty(s_sections.Except(clauses));
        Assert.Empty(clauses.Except(s_sections));
    }
}
