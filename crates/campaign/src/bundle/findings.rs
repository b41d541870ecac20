//! Findings, kept once each.

use super::Bundle;
use crate::{Error, Stage};
use blog::{Code, Finding, ItemRef, Kind, Severity, codes};
use rusqlite::OptionalExtension;

/// SQL that is true for a finding that says that its item stays behind: [`codes::transfer::stays_behind`].
pub(crate) fn stays_behind() -> String {
    let listed = |codes: &[&Code]| {
        let names: Vec<String> = codes
            .iter()
            .map(|code| format!("'{}'", code.name))
            .collect();
        names.join(", ")
    };
    format!(
        "(finding.code IN ({}) OR finding.code IN ({}) AND finding.severity = '{}')",
        listed(codes::transfer::STAYS_BEHIND),
        listed(codes::transfer::STAYS_BEHIND_LOST),
        Severity::Lost
    )
}

impl Bundle {
    /// Keeps a finding of a stage and answers whether it is new. The same finding again changes nothing.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn keep_finding(&self, stage: Stage, finding: &Finding) -> Result<bool, Error> {
        let (kind, id) = finding
            .item
            .as_ref()
            .map_or(("", ""), |item| (item.kind.as_str(), item.id.as_str()));
        let rows = self
            .store
            .prepare_cached(
                "INSERT OR IGNORE INTO finding (stage, code, severity, kind, id, place, sentence, remedy)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?
            .execute((
                stage.as_str(),
                &finding.code,
                finding.severity.to_string(),
                kind,
                id,
                finding.place.as_deref().unwrap_or(""),
                &finding.sentence,
                &finding.remedy,
            ))?;
        Ok(rows > 0)
    }

    /// Forgets the findings of a stage that runs anew.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn forget_findings(&self, stage: Stage) -> Result<(), Error> {
        self.store
            .prepare_cached("DELETE FROM finding WHERE stage = ?1")?
            .execute([stage.as_str()])?;
        Ok(())
    }

    /// Forgets what a stage found about one item.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn forget_findings_about(&self, stage: Stage, item: &ItemRef) -> Result<(), Error> {
        // By item, never by stage: one stage can have a finding about every comment, and is asked for each of them.
        self.store
            .prepare_cached("DELETE FROM finding WHERE +stage = ?1 AND kind = ?2 AND id = ?3")?
            .execute((stage.as_str(), item.kind.as_str(), &item.id))?;
        Ok(())
    }

    /// Why an item stays behind, if a finding says so.
    pub(crate) fn reason_left(&self, item: &ItemRef) -> Result<Option<String>, Error> {
        let sql = format!(
            "SELECT sentence FROM finding WHERE kind = ?1 AND id = ?2 AND {} LIMIT 1",
            stays_behind()
        );
        Ok(self
            .store
            .prepare_cached(&sql)?
            .query_row((item.kind.as_str(), &item.id), |row| row.get(0))
            .optional()?)
    }

    /// Every finding, the gravest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn findings(&self) -> Result<Vec<Finding>, Error> {
        let mut findings = self.findings_where("true")?;
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        Ok(findings)
    }

    /// The findings of one stage, as they arose.
    pub(crate) fn findings_of(&self, stage: Stage) -> Result<Vec<Finding>, Error> {
        self.findings_where(&format!("stage = '{}'", stage.as_str()))
    }

    fn findings_where(&self, condition: &str) -> Result<Vec<Finding>, Error> {
        let mut statement = self.store.prepare_cached(&format!(
            "SELECT code, severity, kind, id, place, sentence, remedy FROM finding WHERE {condition} ORDER BY seq",
        ))?;
        let rows = statement.query_map([], |row| {
            let (kind, id): (String, String) = (row.get(2)?, row.get(3)?);
            let place: String = row.get(4)?;
            Ok(Finding {
                code: row.get(0)?,
                severity: severity(&row.get::<_, String>(1)?),
                item: Kind::from_word(&kind).map(|kind| ItemRef { kind, id }),
                place: (!place.is_empty()).then_some(place),
                sentence: row.get(5)?,
                remedy: row.get(6)?,
            })
        })?;
        Ok(rows.collect::<Result<Vec<_>, _>>()?)
    }
}

fn severity(word: &str) -> Severity {
    [Severity::Note, Severity::Changed, Severity::Lost]
        .into_iter()
        .find(|known| known.to_string() == word)
        .unwrap_or(Severity::Blocking)
}
