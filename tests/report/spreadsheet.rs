//! CSV in a spreadsheet: `LibreOffice` imports it as text, numbers, and true or false. Skipped where there is no `soffice`.

use std::path::Path;
use std::process::Command;

use unreach::report::TableName;

use crate::cli::lines::run;
use crate::testdata::folder::testdata;

/// UTF-8, commas, from the first line on, and numbers, dates and times detected wherever something looks like them: the
/// import that is most eager to change what it reads.
const EAGER: &str = "--infilter=Text - txt - csv (StarCalc):44,34,76,1,,0,false,true";

/// Whether the tables were imported, each beside its CSV as a flat `OpenDocument` sheet.
fn imported(folder: &Path, tables: &[TableName]) -> bool {
    let profile = format!("-env:UserInstallation=file://{}", folder.join("profile").display());
    let mut office = Command::new("soffice");
    office.args([&profile, "--headless", "--convert-to", "fods", EAGER, "--outdir"]).arg(folder);
    office.args(tables.iter().map(|table| folder.join(format!("{}.csv", table.name()))));
    office.output().is_ok_and(|output| output.status.success())
}

#[test]
fn every_cell_is_what_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let tables = [TableName::Messages, TableName::Incidents, TableName::Devices];
    for captures in ["lab", "crafted"] {
        for table in tables {
            let written = run(&testdata(captures), &["read", ".", "-q", "-t", table.name(), "-F", "csv"]);
            std::fs::write(folder.path().join(format!("{}.csv", table.name())), written.out).unwrap();
        }
        if !imported(folder.path(), &tables) {
            return crate::skipped("no LibreOffice on this machine");
        }
        for table in tables {
            let named = |suffix: &str| folder.path().join(format!("{}.{suffix}", table.name()));
            compare(&named("csv"), &std::fs::read_to_string(named("fods")).unwrap());
        }
    }
}

/// Compares the text of a sheet's cells with those of the CSV.
fn compare(csv: &Path, sheet: &str) {
    let name = csv.display();
    assert!(!sheet.contains("table:formula="), "{name} has a formula");
    let of_other_kind = |kind: &&str| !matches!(*kind, "string" | "float" | "boolean");
    let mut kinds = sheet.split("office:value-type=\"").skip(1).filter_map(|rest| rest.split('"').next());
    assert_eq!(kinds.find(of_other_kind), None, "{name}");
    let shown: Vec<Vec<String>> =
        sheet.split("<table:table-row").skip(1).map(cells).filter(|row| !row.is_empty()).collect();
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_path(csv).unwrap();
    let told: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert!(told.len() > 2, "{name}");
    assert_eq!(shown.len(), told.len(), "{name}: rows");
    for (shown, told) in shown.iter().zip(&told) {
        // Empty cells have no text, and equal ones beside each other are told once.
        for cell in told.iter().filter(|cell| !cell.is_empty()) {
            let number = cell.parse::<f64>().ok();
            let is_it = |seen: &String| seen == cell || number.is_some() && seen.parse::<f64>().ok() == number;
            assert!(shown.iter().any(is_it), "{name}: {cell} is not among {shown:?}");
        }
    }
}

/// Numbers and truth values as they are held, and texts as they are shown, of a row.
fn cells(row: &str) -> Vec<String> {
    let inner = |cell: &str| {
        for held in ["office:value=\"", "office:boolean-value=\""] {
            if let Some((_, rest)) = cell.split_once(held) {
                return rest.split('"').next().map(str::to_owned);
            }
        }
        let (_, rest) = cell.split_once("<text:p>")?;
        let text = rest.split("</text:p>").next()?;
        Some(
            text.replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&apos;", "'")
                .replace("&quot;", "\"")
                .replace("&amp;", "&"),
        )
    };
    let row = row.split("</table:table-row>").next().unwrap_or_default();
    row.split("<table:table-cell").skip(1).filter_map(inner).collect()
}
